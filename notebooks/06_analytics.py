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
# # How slow are the providers, what do they cost, and what fails?
#
# Calls come out of the lake into ClickHouse, each once. Hourly aggregate states (counts, sums, latency sketches) are
# kept by a materialized view, so that a question over months does not read every call. A failed call has no latency:
# it counts as failed, not as fast.

# %% tags=["parameters"]
as_of: str = ""  # end of the window, RFC 3339 with zone; empty for the newest call
hours: int = 24  # length of the window, whole hours
include_all: bool = True  # whether replayed and synthetic calls count too
bound_ratio: float = 0.05  # largest relative error allowed of a percentile from states, 0 to 1
min_beyond: int = 100  # calls that must lie beyond a percentile for the bound to apply, count
without: str = ""  # component to switch off for this notebook, its name; empty for none

# %%
from workbench.course.session import open_session
from workbench.reports.display import claim
from workbench.reports.latency import percentiles
from workbench.reports.spending import cost_by_day, failures

session = open_session(as_of=as_of, without=without)
analytics = session.analytics

# %% [markdown]
# ## Where the calls come from
#
# `replay` answers come from recordings and `synthetic` ones from a traffic model: figures that include them describe
# this stack under load, not a provider.

# %%
analytics.span()

# %% [markdown]
# ## Latency
#
# Exact percentiles with the number of calls that they rest on: a p99 of 40 calls is the slowest one.

# %% tags=["headline"]
performance = analytics.performance(hours, include_all=include_all)
percentiles(performance, reason=analytics.off)

# %%
performance

# %% [markdown]
# ## Cost

# %%
costs = analytics.cost_by_day(hours, include_all=include_all)
cost_by_day(costs, reason=analytics.off)

# %% [markdown]
# ## Failures

# %%
failed = analytics.failures(hours, include_all=include_all)
failures(failed, performance, reason=analytics.off)

# %%
failed.head(15)

# %% [markdown]
# ## The claim
#
# The hourly states must say the same as the calls themselves: counts exactly, percentiles within the sketch's error
# wherever enough calls lie beyond them. In a thin tail the neighbours of a percentile lie far apart.

# %%
states = analytics.performance_from_states(hours, include_all=include_all)
compared = analytics.compared(performance, states, min_beyond=min_beyond)
compared

# %%
differ = compared["calls_differ"].sum()
claim(
    "Hourly states count the same calls as the raw table.", differ == 0, calls=performance["calls"].sum(), differ=differ
)
worst = compared["error_ratio"].max() or 0.0
claim(
    "Percentiles from states stay within the bound.",
    worst <= bound_ratio,
    compared=compared["compared"].sum(),
    worst=worst,
    bound=bound_ratio,
)
