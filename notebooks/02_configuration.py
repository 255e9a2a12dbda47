# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Where does each setting come from, and what does switching one part off change?
#
# A value is taken from the first place that has it: an argument, the environment, a `.env` file, the profile
# (`configs/development.yaml` or `production.yaml`), what the local stack says about itself, and last the default.

# %% tags=["parameters"]
without: str = "analytics"  # component to switch off in the comparison, its name

# %%
from workbench.course.session import open_session
from workbench.reports.configuration import contacts, sources
from workbench.reports.display import claim

session = open_session()
values = session.configuration.values()

# %% [markdown]
# ## Sources
#
# The local stack's addresses and generated passwords come from `connections.json` in `WORKBENCH_HOME`. Whatever
# you set yourself wins over it, and then `workbench up` does not start its own server.

# %% tags=["headline"]
sources(values)

# %% [markdown]
# What is not a default; secrets are masked.

# %%
values.filter(values["source"] != "default").select("section", "env", "value", "source")

# %% [markdown]
# ## What is on
#
# Six components, each with a flag. The flag feeds the connection: with it off, the component is neither imported
# nor contacted.

# %%
components = session.configuration.components()
components

# %% [markdown]
# ## Without one of them
#
# The servers that are contacted now, and those that still are when the component is off. A server stays in use as
# long as another component needs it.

# %%
comparison = session.configuration.without(without)
contacts(comparison, without=without)

# %%
settings_off = open_session(without=without).configuration.components()
changed = components["enabled"] != settings_off["enabled"]
components.filter(changed).select("name", "flag", "stores")

# %% [markdown]
# ## The claim

# %%
known = values["source"].is_in(["default", "local stack", "profile", ".env", "environment", "argument"])
claim("Every value says where it comes from.", known.all(), settings=values.height, explained=known.sum())
claim("No secret is shown.", session.configuration.shown_secrets() == 0, shown=session.configuration.shown_secrets())
switched = set(components.filter(changed)["name"])
claim("Switching one component off changes that one and no other.", switched <= {without}, changed=sorted(switched))
claim("Nothing is contacted that was not before.", (comparison["contacted"] | ~comparison["contacted_without"]).all())
