"""Stands in front of Gymnasium on PYTHONPATH: what Python says where it is not installed."""

raise ModuleNotFoundError("No module named 'gymnasium'", name="gymnasium")
