"""Every limit: how much is read, followed, kept and shown, how long anything may take, and how alike is alike.

Most stand there for text that somebody made to do harm: real packages are far below them. The process that loads
plugins runs this as a script, so it is the standard library's Python 3.8, and imports nothing.
"""

from __future__ import annotations

# What is read: bytes.

LARGEST_FILE = 64 * 2**20
"""Of any file that has no limit of its own, and of a snapshot."""

LARGEST_SOURCE = 10 * 2**20
"""Of a source file."""

LARGEST_DECLARED = 2**20
"""Of a file that declares a project; those that people write have a hundredth of it."""

LARGEST_MEMBER = 16 * 2**20
"""Of a file in an archive, of the metadata of a distribution, which may be in one, and of an overlay."""

LARGEST_TAR = 256 * 2**20
"""What a tar may unpack to, which can only be read as a whole."""

LARGEST_DIRECTORY = 16 * 2**20
"""Of the list of files in a zip, which is read as a whole."""

LARGEST_CACHE = 256 * 2**20
"""Of the file of the cache, which this package wrote."""

# What is read: of archives, trees and metadata.

MOST_FILES = 200_000
"""Files in an archive; the largest of real wheels have a tenth."""

MOST_NAMED, MOST_PATTERNS = 50, 20
"""Files of a tree whose text others take, and patterns of those of licences; each goes over all names in a folder."""

MOST_COMPARED = 10_000
"""Modules of archives that are compared with those of others."""

DEEPEST_FILE = 50
"""Folders that a file in an archive is in."""

LONGEST_FILE_NAME = 255
"""Characters of the name of a module, which is that of a file."""

MOST_ENTRY_POINTS = 10_000
"""Of one distribution; of 3,000 real ones none has a tenth."""

LONGEST_ENTRY_POINT = 2**16
"""Characters of a line that can be an entry point."""

LONGEST_HEADERS = 2**17
"""Characters of headers that are read, without the long description."""

DEEPEST_DATA = 100
"""Lists and tables in one another, in what is decoded."""

MOST_DOTS = 300
"""In a line of TOML: the standard library takes time in the square of the dots of a key."""

MOST_INI_LINES = 20_000
LARGEST_NUMBER = 10**300
"""Python itself refuses to write or to read numbers of more than 4,300 digits."""

MOST_LITERALS = 200_000
"""Expressions, characters and elements that are put together before the rest counts as computed."""

MOST_REPOSITORY_FOLDERS = 10_000
DEEPEST_REPOSITORY_FOLDER = 3
"""Folders of a repository in which the originals of installed copies are looked for, and how far down."""

MOST_SEARCHED, MOST_PACKAGE_FOLDERS, MOST_MODULES = 50, 3_000, 10_000
"""Packages that are searched for one namespace, folders of each, of which django has 2,600, and modules."""

# What is followed in source.

LARGEST_CODE = 2**20
"""Characters of a source file that texts and comments take no part in: a tree takes 500 times the memory."""

DEEPEST_NAME = 100
"""Parts of a dotted name of a module."""

LONGEST_PATH = 400
"""Re-exports, aliases and base classes that are followed from one target."""

MOST_STEPS = 10 * LONGEST_PATH
"""The same with those that decorators lead to, each of which may lead to others."""

DEEPEST_DECORATOR = 5
"""How far the decorators of decorators are followed, and functions that pass on what they are passed."""

MOST_CALLS = 200
"""Different calls that are looked into; a module that makes more may change anything."""

MOST_STARS = 200_000
"""How many ``from … import *`` are followed in one search, those that are followed for several names each time."""

MOST_TRANSLATIONS = 10
"""Names that are followed from one that may be a function that translates."""

MOST_IMPORTED = 100
"""Modules that others import which are looked through for a docstring."""

MOST_BITS = 64
"""Bits of the integers that are calculated with."""

MOST_PARTS = 1000
"""Of an expression that is written out."""

# What is worked out of expressions.

LONGEST_EXPRESSION = 2_000
DEEPEST_EXPRESSION = 100
"""Parts in one another."""

MOST_EVALUATED = 1_000_000
"""Steps, characters and elements that an expression may take."""

# What is kept of a plugin: characters, where nothing else is said.

LONGEST_DOCSTRING = 200_000
LONGEST_ERROR = 500
LONGEST_FACT = 10_000
"""Of a name, a signature and the like; what is longer is left out."""

LONGEST_DEFAULT = 1000
"""Of a parameter's default."""

LONGEST_VALUE = 2_000_000
"""Of an answer to a describer, each item of a list counted as one more; a cluster of Sahara has 3,600 settings."""

MOST_OPTIONS = 2_000
"""Options of one plugin, and commands below it; nova's own configuration has 900."""

LONGEST_OPTIONS = 500_000
"""Of the texts of all of them; in JSON that is less than an answer may have."""

LONGEST_HELP = 10_000
MOST_OPTION_NAMES = 20
"""Flags, or environment variables, of one option."""

MOST_OPTION_CHOICES = 200
DEEPEST_OPTION = 5
"""Objects of a JSON Schema in one another whose options are told one by one."""

LONGEST_INTEGER = 10_000
"""Bits of an integer that is written in digits; Python itself refuses to at about 14,000."""

DEEPEST_VALUE = 10
"""Lists and tables in one another, in an answer to a describer."""

DEEPEST_ANSWER = 2 * DEEPEST_VALUE
"""The same, of the process that hands it on."""

MOST_WATCHED = 20_000
"""Paths of one plugin whose changes are watched."""

# What is kept of a distribution.

MOST_ADDRESSES = 20
MOST_AUTHORS = 20
"""The most that a real distribution was found to have is 14."""

MOST_CLASSIFIERS = 200
MOST_HEADERS = 2_000
"""Values of any other header; there are distributions with 700 requirements."""

LONGEST_LINE = 1_000
"""Characters of what is to be a line: a summary, a licence, an address."""

LONGEST_LICENSE = 200
"""Characters of a licence's name, or of an expression of several; what is longer is its text."""

LONGEST_METADATA = 2**18
"""Characters of all headers."""

# What is shown of names and texts: characters, where nothing else is said.

LONGEST_NAME = 200
"""Of a name that is written as it is; LaTeX has no room for one of thousands."""

LONGEST_HEADING = 500
LONGEST_ID = 100
"""Of each part of an id: it can be the name of a file then, and a label in LaTeX."""

LONGEST_SEARCHED = 4_000
"""Of a docstring that is searched for a summary; that takes time in the square of their number."""

LONGEST_ABBREVIATION = 20
LONGEST_SPACE = 100
"""Between two sentences."""

LONGEST_SUMMARY = 1_000
LONGEST_SHOWN_VALUE = 30_000
"""Of a value on a page; that of docstrings is the same."""

LONGEST_CELL = 500
"""Of a value where those of other plugins stand beside it."""

DEEPEST_SHOWN_VALUE = 2
"""Lists in one another that a value becomes; LaTeX has room for no more where its plugin is in a list itself."""

LONGEST_FILE_SUFFIX, LONGEST_MARK = 100, 200
"""What the name of a plugin adds to that of its page's file, and the bytes of that which say that it was made."""

SHORTENED = 100
"""Of what somebody else may have made as long as they like, in a problem."""

# How many are shown.

MOST_CLASSES, MOST_MEMBERS = 200, 500
"""How many classes an interface inherits from, and members of it, are told."""

MOST_ALIASES = 100
"""Other names of a plugin; thousands of one target would each tell thousands."""

MOST_SHOWN_VALUES = 50
"""Values of a field of one plugin."""

MOST_MENTIONS, LONGEST_MENTION, MOST_EXCERPT_LINES = 10, 120, 60
"""Lines of code in which a namespace stands, characters of each, and lines of an example."""

MOST_ROWS, MOST_COLUMNS = 5_000, 12
"""Of a table in a field; of columns, where nobody says which ones it has."""

MOST_GROUPS = 20
"""Groups that a plugin is in; so much else is shown of it in each that a few hundred would fill a page."""

MOST_CHOICES = 12
"""Different values of a field that readers can choose from."""

FEWEST_FILTERED, FEWEST_WITH_PROGRESS = 6, 20
"""Plugins that a filter needs, where the directive does not say, and for which progress is shown."""

LONGEST_UNBROKEN_TABLE = 25
"""Rows on one page of paper; LaTeX breaks only tables that are said to be long."""

LEAST_SHARE, GREATEST_SHARE = 11, 40
"""Of a column in a table: the characters of its words that count."""

WIDEST_PRINTED, WIDEST_WORDED = 6, 8
"""Columns of a matrix beside the names: on paper, and where cells have words that are seen."""

NARROWEST_COLUMN = 12
"""Columns of a terminal that a cell of a table keeps, however narrow that is."""

MOST_PROBLEMS = 50
"""Of one project: more would come from a file that nobody wrote by hand."""

MOST_NAMES = 5
MOST_LISTED = 3
"""Names of others, and places or lines, that one problem lists."""

# How alike two names are, from 0 to 1.

ALIKE = 0.6
"""Those that somebody mistook."""

ALIKE_TABLES = 0.75
"""The name of a table and a misspelt one."""

# Docstrings of which the markup is untrusted.

LONGEST_UNTRUSTED = 30_000
LONGEST_UNTRUSTED_LINE = 1_000
"""Characters that are parsed."""

MOST_NODES = 5_000
MOST_CHARACTERS = 100_000
"""What may come of that."""

MOST_BOXES = 4
DEEPEST_NODE = 50
"""How many lists, tables and the like are in one another, for LaTeX, and nodes, for Python."""

WIDEST_COLUMN = 100
LAST_NUMBER = 1_000_000_000
LAST_LETTER = 26
"""What LaTeX can number to."""

MOST_ERRORS = 30
"""In the markup, before all of it is shown as it stands."""

LONGEST_FAILURE = 300
"""Characters of what the code of another distribution says when it fails."""

LONGEST_IMAGE = 100
"""Characters of the address of an image that is shown as a link."""

LONGEST_MESSAGE = 300
LONGEST_AS_IT_STANDS = 10_000
FOLDED_AT = 200
"""Characters of one that cannot be parsed that are shown, and of its lines."""

PARSING = 1.0
"""Seconds of processor time for one; the longest docstrings of well-known packages need a tenth of it."""

PARSING_FREE = 0.1
"""The share of it that is not counted, so that a distribution may have any number of docstrings that are quick."""

MOST_SLOW = 3
"""Docstrings of a distribution that may take all of the time."""

MOST_STOPPED = 6
"""When as much is counted, its docstrings are not tried any more."""

PARSING_STOPPED_AGAIN = 0.1
"""Seconds after which one that goes on is stopped again."""

MOST_MOVED, MOST_ADDED = 50, 200
"""Lines of a file among which the one is looked for that a line of a docstring is from; how many more than it has."""

MOST_LINES = 2_000
"""Of a docstring that are compared with those of its file; that takes time in the square of them."""

# Loading plugins: seconds.

LONGEST_TIMEOUT = 86_400
"""A day: no system waits for ever."""

START_TIMEOUT = 15.0
"""Of processor time, for an interpreter to start."""

WAITING = 4
"""How many times as long an answer may take by the clock as it may take of processor time."""

AT_ONCE, COUNTED_EVERY = 0.2, 0.05
"""Until an answer is one that is not given at once, and its processor time is counted; between two such times."""

SLOW = 0.25
"""The part of the time for an answer from which on that is a slow one."""

ENDING = 2.0
"""For processes that go on starting others to end."""

END_TIMEOUT = ENDING + 1
"""For the guardian to end what a plugin started."""

UNREAD_TIMEOUT = 60.0
"""That an answer waits to be read, where nobody may be waiting for it any more."""

PARENT_EVERY = 0.5
"""Between two times that it is looked whether the build is still there."""

FETCH_TIMEOUT = 30
"""To fetch a snapshot."""

PROGRESS_AFTER = 1.0
"""Before a line says on a terminal what is done."""

# Loading plugins: what else a process may take, and say.

MEMORY = 4 * 2**30
"""Bytes of data of a process, where the system counts them; real plugins need a tenth of that."""

LONGEST_REQUEST = 10_000
"""Characters: one that does not fit into a pipe would wait for a process that does not read."""

LONGEST_ANSWER = 6 * (LONGEST_VALUE + 4 * LONGEST_DOCSTRING)
"""Bytes: a character takes up to six in JSON, and there are three docstrings in one."""

LONGEST_VERSION = 10_000
"""Bytes that an interpreter prints of itself; one that is none may print for ever."""

MOST_UNREAD = 16
"""Answers that may wait to be read; a process that says more waits."""

MOST_UNASKED = 100
"""Answers that may be to something else than what was asked."""

MOST_LATE = 3
"""Answers of one plugin that may come too late before it is asked no more."""

FEWEST_FOR_PROCESS = 25
"""Plugins of one distribution that are worth another process."""

FEWEST_DEADLINES, MOST_DEADLINES = 3, 12
"""That slow answers of one distribution may take together; in between a tenth of the number of its plugins."""
