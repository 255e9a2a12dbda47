"""The servers on this machine: what each is, get, start, ready, stop.

`workbench.stack.control` is the way in: `start_stack`, `stop_stack`, `stack_status`. One supervisor
process per ``WORKBENCH_HOME`` (`workbench.stack.supervisor`) keeps the servers running; one module per
server says how it is prepared, launched and asked whether it is ready.
"""
