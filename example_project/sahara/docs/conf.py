"""The configuration of the catalog of Sahara's plugins."""

project = "OpenStack Sahara"
author = "The Sahara developers"
extensions = ["sphinxext.plugins"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Sahara plugins"
html_show_copyright = False

# The seven distributions are wheels, and nothing of them is installed or loaded: their source
# tells all that is asked, but for three lists of versions.
plugins_sources = ["wheels:../wheels"]
plugins_overlay = "overlay.toml"
plugins_namespaces = {
    "sahara.cluster.plugins": {
        "title": "Provisioning plugins",
        "fields": {
            "Title": "call:get_title",
            "Description": "call:get_description",
            "Versions": "call:get_versions",
        },
        "select": "plugins = {name}",
        "description": "A provisioning plugin deploys one data processing framework on instances that Sahara creates.",
        "interface": "sahara.plugins.provisioning:ProvisioningPluginBase",
        "markers": {"optional": "sahara.plugins.base:optional"},
        "capabilities": {
            "Images": {
                "members": "get_image_arguments & pack_image & validate_images",
                "description": "Builds images, and checks them.",
            },
            "Scaling": {
                "members": "scale_cluster & decommission_nodes",
                "description": "Adds instances to a cluster that runs, and takes them away.",
            },
            "Recommendations": {"members": "recommend_configs", "description": "Tunes the settings of a cluster."},
        },
        "example": "spark",
    },
    # No plugin of the other namespaces has a title or a description to tell.
    "sahara.*.types": {
        "fields": {
            "Title": "overlay:title",
            "Description": "overlay:description",
            "URL": "overlay:url",
        },
    },
    "sahara.[ir]*": {
        "fields": {
            "Description": "overlay:description",
            "Chosen by": "overlay:chosen_by",
        },
    },
    "sahara.data_source.types": {"title": "Data sources"},
    "sahara.job_binary.types": {"title": "Job binaries"},
    "sahara.infrastructure.engine": {
        "title": "Infrastructure engines",
        "fields": {"Reported as": "call:get_type_and_version"},
    },
    "sahara.remote": {
        "title": "Remotes",
        "fields": {"Reported as": "call:get_type_and_version"},
    },
    "sahara.run.mode": {"title": "Run modes"},
}

# When they are loaded, the plugins "cdh", "mapr" and "vanilla" look for folders of their
# package, one for each version. The source does not tell that, so each is a warning. The
# page says so in a sentence; -W still finds what is wrong in any other way.
suppress_warnings = ["plugins.field"]
