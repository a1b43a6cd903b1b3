"""Stands in front of ale-py on PYTHONPATH: what Python says where it is not installed."""

raise ModuleNotFoundError("No module named 'ale_py'", name="ale_py")
