"""Infos as JSON, for the bridge's answers."""

import base64
import json
import math

import numpy as np
from dinoq_frames import TAGGED
from dinoq_spaces import little


class InfoEncoder:
    """Infos as JSON. What JSON lacks is tagged; what cannot be sent is left out."""

    def __init__(self):
        self.is_tagged = False
        self.strict = json.JSONEncoder(
            allow_nan=False, default=self.plain, separators=(",", ":")
        ).encode

    def encode(self, value):
        """The JSON in bytes, and the flag for its frame."""
        self.is_tagged = False
        try:
            text = self.strict(value)
        except (TypeError, ValueError):
            # NaN and infinities, keys that are no strings, or something that cannot be sent.
            text = self.strict(self.cleaned(value))
        return text.encode(), TAGGED if self.is_tagged else 0

    def plain(self, value):
        """What stands for a value that JSON lacks; TypeError when nothing does."""
        if isinstance(value, np.generic):
            value = value.item()
            if isinstance(value, (bool, int, float, str)):
                return value
        elif isinstance(value, np.ndarray):
            if value.ndim == 0:
                return value.item()
            array_type = wire_type_of_info(value.dtype)
            if array_type is None:
                return value.tolist()
            self.is_tagged = True
            data = np.ascontiguousarray(value, dtype=little(array_type)).tobytes()
            return {"__array__": array_type, "data": base64.b64encode(data).decode()}
        raise TypeError(f"{type(value).__name__} cannot be sent")

    def cleaned(self, value):
        """The same without what cannot be sent, and with what is not finite tagged."""
        if isinstance(value, (float, np.floating)) and not math.isfinite(value):
            self.is_tagged = True
            return {"__float__": str(float(value)).replace("inf", "Infinity").replace("nan", "NaN")}
        if isinstance(value, dict):
            kept = {str(key): self.cleaned(inner) for key, inner in value.items()}
            return {key: inner for key, inner in kept.items() if inner is not LEFT_OUT}
        if isinstance(value, (list, tuple)):
            kept = [self.cleaned(inner) for inner in value]
            return LEFT_OUT if any(inner is LEFT_OUT for inner in kept) else kept
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        try:
            return self.cleaned(self.plain(value))
        except (TypeError, ValueError):
            return LEFT_OUT


LEFT_OUT = object()


def wire_type_of_info(dtype):
    """The type that an info's array is sent as; None for strings and objects."""
    if dtype.kind in "iu":
        return dtype.name if dtype.itemsize < 8 else "float64"
    return {"b": "uint8", "f": "float32" if dtype.itemsize <= 4 else "float64"}.get(dtype.kind)
