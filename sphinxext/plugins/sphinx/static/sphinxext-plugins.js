// @ts-check
/**
 * Filters and sorts the catalogs on a page, which is whole without it: all controls are made here.
 *
 * The address's query holds their state: `sp-1-q` is what is typed, `sp-1-f-KEY` a facet's value, `sp-1-sort`
 * a column's key, with a hyphen before it when descending; the number is the catalog's on the page.
 */
(() => {
	/** @typedef {{ node: HTMLElement, text: string, values: Map<string, string[]>, again: boolean, details?: HTMLElement | null }} Item */
	/** @typedef {{ label: string, counts: Map<string, number>, select?: HTMLSelectElement }} Facet */

	const WAIT = 300; // ms; neither addresses nor announcements may change at every key

	const words = new Map([
		["filter", "Filter"],
		["all", "All"],
		["count", "%(shown)d of %(total)d plugins"],
		["none", "No plugin matches"],
		["reset", "Reset"],
	]);
	try {
		const given = JSON.parse(document.currentScript?.dataset.words ?? "{}") ?? {};
		for (const key of Object.keys(given)) words.set(key, String(given[key]));
	} catch {
		// English, then.
	}
	const word = (/** @type {string} */ key) => words.get(key) ?? "";

	/** @type {string | undefined} */
	let language;
	try {
		[language] = Intl.getCanonicalLocales(document.documentElement.lang);
	} catch {
		// The reader's, then.
	}
	const { compare } = new Intl.Collator(language, { numeric: true });
	const { format } = new Intl.NumberFormat(language);
	/** How a column is sorted. @type {(of: Element | null) => (a: string, b: string) => number} */
	const by = (of) => (of?.matches(".sp-number") ? (a, b) => parseFloat(a) - parseFloat(b) || compare(a, b) : compare);

	const clean = (/** @type {string | null | undefined} */ text) => (text ?? "").replace(/\s+/g, " ").trim();
	const fold = (/** @type {string} */ text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");

	/** @type {<T extends keyof HTMLElementTagNameMap>(name: T, class_: string, ...content: (Node | string)[]) => HTMLElementTagNameMap[T]} */
	const make = (name, class_, ...content) => {
		const element = document.createElement(name);
		if (class_) element.className = class_;
		element.append(...content);
		return element;
	};

	/** What a hash leads to. */
	const target = (/** @type {string} */ hash) => {
		try {
			return document.getElementById(decodeURIComponent(hash.slice(1)));
		} catch {
			return null; // a stray percent sign
		}
	};

	/** What addresses call a column or facet. */
	const keyOf = (/** @type {Element} */ element, label = "") =>
		/(?:^|\s)sp-column-(\S+)/.exec(element.className)?.[1] ?? fold(label).replace(/[^\p{L}\p{N}]+/gu, "-");

	/** What a facet of cards or lists is called: as its field, or a word. */
	const labelOf = (/** @type {Element} */ element) => {
		const key = keyOf(element);
		if (element.matches("dd")) return clean(element.previousElementSibling?.textContent).replace(/ ?:$/, "");
		return words.get(`column-${key}`) ?? (key.charAt(0).toUpperCase() + key.slice(1)).replaceAll("-", " ");
	};

	/** Items by their details, which hide when all of these do. @type {Map<Element, Item[]>} */
	const owners = new Map();

	const enhance = (/** @type {HTMLElement} */ root, /** @type {number} */ number) => {
		const prefix = `sp-${number}-`;
		/** By parameter without prefix; nothing empty. @type {Map<string, string>} */
		const state = new Map();
		/** @type {Map<string, Facet>} */
		const facets = new Map();
		/** @type {(() => void)[]} */
		const views = [];

		const set = (/** @type {string} */ key, /** @type {string} */ value) => {
			if (value) state.set(key, value);
			else state.delete(key);
		};
		const apply = () => views.forEach((view) => view());
		/** Do what Back undoes. */
		const change = (/** @type {() => void} */ action) => {
			flush();
			action();
			apply();
			write(true);
		};

		const plain = [...root.querySelectorAll("table")].filter((table) => !table.classList.contains("sp-matrix"));
		const tables = plain.map((table) => {
			const rows = [...table.rows].filter((row) => row.classList.contains("sp-item"));
			const columns = [...(table.tHead?.rows[0]?.cells ?? [])].map((head, index) => {
				const label = clean(head.textContent);
				return { head, index, label, key: keyOf(head, label) };
			});
			for (const { head, key, label } of columns) {
				if (!label || head.querySelector("a, button")) continue;
				const place = head.querySelector("p") ?? head;
				const button = make("button", "sp-sort", ...place.childNodes);
				button.type = "button";
				// The other way round next, then as the page was.
				button.onclick = () =>
					change(() => {
						const sort = state.get("sort");
						set("sort", sort === key ? `-${key}` : sort === `-${key}` ? "" : key);
					});
				place.append(button);
			}
			return { rows, columns };
		});
		const orders = tables.flatMap(({ columns }) => columns.flatMap(({ key }) => [key, `-${key}`]));

		let sorted = "";
		views.push(() => {
			const sort = state.get("sort") ?? "";
			if (sort === sorted) return;
			sorted = sort;
			for (const { rows, columns } of tables) {
				for (const { head } of columns) head.removeAttribute("aria-sort");
				const column = columns.find(({ key }) => sort === key || sort === `-${key}`);
				const order = [...rows.keys()];
				if (column) {
					const way = sort === column.key ? 1 : -1;
					const texts = rows.map((row) => clean(row.cells[column.index]?.textContent));
					column.head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
					// Nothing is last, whichever way.
					const sorts = by(column.head);
					order.sort((a, b) => (texts[a] && texts[b] ? way * sorts(texts[a], texts[b]) : +!texts[a] - +!texts[b]));
				}
				rows[0]?.parentElement?.append(...order.map((index) => rows[index]));
			}
		});

		/** @type {Item[]} */
		const items = [];
		if (!root.classList.contains("sp-no-filter")) {
			/** By the children of the catalog. @type {Map<HTMLElement, Item[]>} */
			const holders = new Map();
			const columnsOf = new Map(tables.flatMap(({ rows, columns }) => rows.map((row) => [/** @type {Element} */ (row), columns])));
			for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".sp-item"))) {
				const link = node.querySelector("a[href^='#']")?.getAttribute("href");
				/** @type {Item} */
				const item = { node, text: fold(node.textContent ?? ""), values: new Map(), again: node.matches(".sp-again") };
				item.details = link ? target(link)?.closest(".sp-details") : null;
				items.push(item);
				if (item.details) owners.set(item.details, [...(owners.get(item.details) ?? []), item]);
				const holder = /** @type {HTMLElement} */ (node.closest(".sp-catalog > *"));
				if (!holders.get(holder)?.push(item)) holders.set(holder, [item]);

				const columns = columnsOf.get(node)?.filter(({ head }) => head.classList.contains("sp-facet"));
				const sources = columns
					? columns.map(({ key, label, index }) => ({ key: `f-${key}`, label, element: node.children[index] }))
					: [...node.querySelectorAll(".sp-facet:not(dt)")].map((element) => {
							const label = labelOf(element);
							return { key: `f-${keyOf(element, label)}`, label, element };
						});
				for (const { key, label, element } of sources) {
					const marked = element ? [...element.querySelectorAll(".sp-value")] : [];
					const texts = (marked.length ? marked : [element]).map((each) => clean(each?.textContent));
					item.values.set(key, [...(item.values.get(key) ?? []), ...texts]);
					const facet = facets.get(key) ?? { label, counts: new Map() };
					facets.set(key, facet);
					for (const value of new Set(texts)) if (value && !item.again) facet.counts.set(value, (facet.counts.get(value) ?? 0) + 1);
				}
			}

			const total = items.filter(({ again }) => !again).length;
			const input = make("input", "");
			input.type = "search";
			input.name = `${prefix}q`;
			input.autocomplete = "off";
			input.spellcheck = false;
			input.oninput = () => {
				set("q", input.value);
				apply();
				write(false, WAIT);
			};
			input.onchange = flush;
			const controls = make("div", "sp-controls", make("label", "", make("span", "", word("filter")), input));
			const caption = clean(root.querySelector(".caption-text, .sp-caption")?.textContent);
			controls.setAttribute("role", "group");
			controls.setAttribute("aria-label", word("filter") + (caption && `: ${caption}`));
			for (const [key, facet] of facets) {
				if (facet.counts.size < 2) {
					facets.delete(key);
					continue;
				}
				const select = (facet.select = make("select", "", new Option(word("all"), "")));
				select.name = prefix + key;
				const sorts = by(root.querySelector(`.sp-column-${CSS.escape(key.slice(2))}`));
				for (const [value, count] of [...facet.counts].sort(([a], [b]) => sorts(a, b))) {
					select.append(new Option(`${value} (${format(count)})`, value));
				}
				select.onchange = () => change(() => set(key, select.value));
				controls.append(make("label", "", make("span", "", facet.label), select));
			}
			// Eyes see every count, ears the last one.
			const count = make("span", "sp-count");
			const status = make("span", "sp-heard");
			const reset = make("button", "sp-reset", word("reset"));
			count.setAttribute("aria-hidden", "true");
			status.setAttribute("role", "status");
			reset.type = "button";
			reset.onclick = () => {
				input.focus(); // for the button goes
				change(() => state.clear());
			};
			controls.append(make("div", "sp-state", count, status, reset));
			root.className = `${root.className.replace(/ ?sp-facets-\d+/, "")} sp-facets-${facets.size}`;
			root.prepend(controls);

			const heads = tables.flatMap(({ columns }) => columns.map(({ head }) => head));
			let pinned = false;
			/** Keep the columns' widths while rows come and go. */
			const pin = (/** @type {boolean} */ on) => {
				if (pinned === on) return;
				pinned = on;
				const widths = heads.map((head) => (on ? `${head.getBoundingClientRect().width}px` : ""));
				heads.forEach((head, index) => (head.style.width = widths[index]));
			};
			addEventListener("resize", () => pin(false));

			/** @type {ReturnType<typeof setTimeout> | undefined} */
			let timer;
			views.push(() => {
				const query = state.get("q") ?? "";
				const wanted = fold(query).split(/\s+/).filter(Boolean);
				const chosen = [...state].filter(([key]) => facets.has(key));
				pin(wanted.length + chosen.length > 0);
				let shown = 0;
				for (const { node, text, values, again, details } of items) {
					const show = chosen.every(([key, value]) => values.get(key)?.includes(value)) && wanted.every((each) => text.includes(each));
					if (show && !again) shown++;
					if (node.hidden !== show) continue;
					node.hidden = !show;
					if (details) details.hidden = !!owners.get(details)?.every((owner) => owner.node.hidden);
				}
				for (const [holder, held] of holders) {
					// One that is alone keeps its head.
					holder.hidden = holders.size > 1 && held.every((item) => item.node.hidden);
					for (let at = holder.previousElementSibling; at?.matches(".sp-group"); at = at.previousElementSibling)
						at.toggleAttribute("hidden", holder.hidden);
				}
				if (input.value !== query) input.value = query;
				for (const [key, { select }] of facets) if (select) select.value = state.get(key) ?? "";
				reset.hidden = !state.size;
				count.textContent = shown
					? word("count").replace(/%\((shown|total)\)[ds]/g, (_, name) => format(name === "shown" ? shown : total))
					: word("none");
				clearTimeout(timer);
				timer = setTimeout(() => {
					if (status.textContent !== count.textContent) status.textContent = count.textContent;
				}, WAIT * +!!status.textContent);
			});
		}

		const keys = items.length ? ["q", "sort", ...facets.keys()] : ["sort"];
		root.classList.add("sp-ready");
		return {
			parameters: () => [...state].map(([key, value]) => [prefix + key, value]),
			/** Anybody may have written the parameters. */
			restore: (/** @type {URLSearchParams} */ parameters) => {
				for (const key of keys) {
					const value = parameters.get(prefix + key) ?? "";
					const known = key === "q" || (key === "sort" ? orders.includes(value) : facets.get(key)?.counts.has(value));
					set(key, known ? value : "");
				}
				apply();
			},
			/** Filter no longer if that hides an element. */
			reveal: (/** @type {Element} */ hidden) => {
				if (!root.contains(hidden) && !items.some(({ details }) => details === hidden)) return;
				for (const key of keys) if (key !== "sort") state.delete(key);
				apply();
			},
		};
	};

	/** @type {ReturnType<typeof enhance>[]} */
	let catalogs = [];
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let waiting;

	/** Write the state into the address, beside what else is in it. */
	const write = (/** @type {boolean} */ push, wait = 0) => {
		clearTimeout(waiting);
		waiting = wait ? setTimeout(write, wait, false) : undefined;
		if (wait) return;
		const url = new URL(location.href);
		const others = url.search.slice(1).split("&").filter((part) => !/^sp-\d+-/.test(part));
		const ours = new URLSearchParams(catalogs.flatMap(({ parameters }) => parameters()));
		url.search = [...others, `${ours}`].filter(Boolean).join("&");
		// Leading to what is hidden, it would undo the filter when opened.
		if (target(url.hash)?.closest("[hidden]")) url.hash = "";
		if (url.href === location.href) return;
		try {
			history[push ? "pushState" : "replaceState"](push ? null : history.state, "", url);
		} catch {
			// Too often, or not allowed here.
		}
	};
	const flush = () => {
		if (waiting) write(false);
	};

	/** Show what the address leads to if a filter hides it. */
	const reveal = () => {
		const place = target(location.hash);
		const hidden = place?.closest("[hidden]");
		if (!hidden) return;
		for (const catalog of catalogs) catalog.reveal(hidden);
		write(false);
		place?.scrollIntoView();
	};

	const restore = () => {
		clearTimeout(waiting);
		waiting = undefined;
		const parameters = new URLSearchParams(location.search);
		for (const catalog of catalogs) catalog.restore(parameters);
		reveal();
	};

	const start = () => {
		const roots = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".sp-catalog"));
		catalogs = [...roots].map((root, index) => enhance(root, index + 1));
		restore();
		addEventListener("popstate", restore);
		// A link to where the address is already causes no other event.
		addEventListener("click", ({ target: clicked }) => {
			if (clicked instanceof Element && clicked.closest("a")?.href === location.href) reveal();
		});
	};
	if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
	else start();
})();
