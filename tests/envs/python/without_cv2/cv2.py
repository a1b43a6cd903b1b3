"""Stands in front of OpenCV on PYTHONPATH: what Python says where it is not installed."""

raise ModuleNotFoundError("No module named 'cv2'", name="cv2")
