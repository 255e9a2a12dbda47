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
# # Is everything healthy, and has every event arrived?
#
# Health has three layers: does each server answer, does each component have what it needs, and does every produced
# event stand where it belongs. The last one is the promise of this workbench:
# *produced = stored + pending + dead-lettered + removed with a receipt*.

# %% tags=["parameters"]
most_lag: int = 10000  # records that a hop may be behind before the claim fails, count
without: str = ""  # component to switch off for this notebook, its name; empty for none

# %%
from workbench.course.session import open_session
from workbench.reports.components import lag, states
from workbench.reports.display import claim
from workbench.reports.flow import reconciliation

session = open_session(without=without)

# %% [markdown]
# ## States

# %%
dependencies = session.health.dependencies()
components = session.health.components(dependencies)
states(dependencies, title="Servers: state, and how long one probe took")

# %%
components.select("name", "state", "reason")

# %% [markdown]
# ## Lag
#
# From each hop's own offsets, which it commits together with its data, and the ends of Kafka's partitions. A hop that
# stands still while its topics grow shows here first.

# %%
behind = session.flow.lag()
lag(behind)

# %% [markdown]
# ## Every event accounted for

# %% tags=["headline"]
accounts = session.flow.accounts()
reconciliation(accounts)

# %%
accounts.filter(~accounts["ok"]) if not accounts["ok"].all() else accounts.drop("ok", "error")

# %% [markdown]
# ## The claim

# %%
on = components.filter(components["state"] != "disabled")
claim(
    "Everything that is switched on is healthy.",
    on["state"].eq("healthy").all(),
    components=on["name"],
    states=on["state"],
)
worst = behind["lag"].max() or 0
claim("No hop is far behind.", worst <= most_lag, worst=worst, allowed=most_lag)

# %%
claim(
    "Every produced event is stored, pending, dead-lettered, or removed with a receipt.",
    accounts["ok"].all(),
    produced=accounts["produced"].sum(),
    stored=accounts["stored"].sum(),
    lost=accounts["lost"].sum(),
    surplus=accounts["surplus"].sum(),
)
