/**
 * Layers on pictures as people write them: `32@8x8/4` is a convolution of 32 channels, 8×8 pixels, with
 * stride 4; `16@3+1` one of 3×3 pixels with padding 1; `max@2` a pooling of 2×2 pixels. Commas go
 * between layers.
 *
 * @module
 */

import type { Extent, NetworkOption, PictureLayerOption } from "../dqn/networks.ts";

const EXTENT = String.raw`\d+(?:x\d+)?`;
const LAYER = new RegExp(`^(\\d+|max)@(${EXTENT})(?:/(${EXTENT}))?(?:\\+(${EXTENT}))?$`);

/** Reads a network; text that is none comes back as it is, for the check to complain about. */
export function readNetwork(text: string): unknown {
  if (!text.includes("@")) return text;
  const layers = text.split(",").map((one) => readLayer(one.trim()));
  return layers.includes(undefined) ? text : layers;
}

function readLayer(text: string): PictureLayerOption | undefined {
  const match = LAYER.exec(text);
  if (!match) return undefined;
  const [, what, kernel, stride, padding] = match;
  const window = {
    kernel: readExtent(kernel),
    ...stride !== undefined && { stride: readExtent(stride) },
    ...padding !== undefined && { padding: readExtent(padding) },
  };
  return what === "max"
    ? { kind: "maxPool", ...window }
    : { kind: "conv", channels: Number(what), ...window };
}

function readExtent(text: string): Extent {
  const [y, x = y] = text.split("x").map(Number);
  return x === y ? y : [y, x];
}

/** Writes a network as one would type it. */
export function networkText(network: NetworkOption): string {
  if (typeof network === "string") return network;
  return network.map((layer) => {
    const { kernel, stride, padding } = layer;
    const what = layer.kind === "conv" ? layer.channels : "max";
    return `${what}@${extentText(kernel)}` +
      (stride === undefined ? "" : `/${extentText(stride)}`) +
      (padding === undefined ? "" : `+${extentText(padding)}`);
  }).join(",");
}

function extentText(extent: Extent): string {
  return typeof extent === "number" ? String(extent) : extent.join("x");
}
