/**
 * Compiled kernels: a pipeline together with the layout of its bindings, and the cache that compiles
 * each distinct kernel once.
 */

import { type Binding, composeShader, type Shader, type ShaderSource } from "./shader.ts";

/** A kernel to compile: what to compose, and the values of its overrides. */
export interface KernelSource extends ShaderSource {
  /** Values of the kernel's `override` constants: extents, offsets, strides. */
  readonly overrides?: Readonly<Record<string, number>>;
  /** Values of those that the kernel has of them: the options of an interchangeable part. */
  readonly options?: Readonly<Record<string, number>>;
}

/** What is bound to a kernel's variable: a whole buffer, or a range of one. */
export type Bound = GPUBuffer | GPUBufferBinding;

/** Bind group 0 holds a kernel's buffers; group 1 the row of the table, by dynamic offset. */
const BUFFERS_GROUP = 0;
const TABLE_GROUP = 1;

/** A compiled kernel. */
export class Kernel {
  /** The kernel's file, such as "kernels/gather". */
  readonly name: string;
  /** The compiled pipeline. */
  readonly pipeline: GPUComputePipeline;
  /** Whether it reads the table, at bind group 1. */
  readonly readsTable: boolean;
  /** Names of its buffers in binding order. */
  readonly buffers: readonly string[];
  readonly #device: GPUDevice;
  readonly #layout: GPUBindGroupLayout;
  readonly #tableLayout: GPUBindGroupLayout | undefined;
  readonly #bindings: readonly Binding[];

  /** Use {@link KernelCache.get}. */
  constructor(
    device: GPUDevice,
    name: string,
    pipeline: GPUComputePipeline,
    layouts: readonly GPUBindGroupLayout[],
    bindings: readonly Binding[],
  ) {
    this.#device = device;
    this.name = name;
    this.pipeline = pipeline;
    this.#layout = layouts[BUFFERS_GROUP];
    this.#tableLayout = layouts[TABLE_GROUP];
    this.#bindings = bindings.filter((b) => b.group === BUFFERS_GROUP);
    this.buffers = this.#bindings.map((b) => b.name);
    this.readsTable = this.#tableLayout !== undefined;
  }

  /**
   * Binds buffers, or ranges of them, to the kernel by the names that its WGSL gives them.
   *
   * @throws {Error} When a buffer is missing or the kernel knows none of that name.
   */
  bind(buffers: Readonly<Record<string, Bound>>): GPUBindGroup {
    for (const name of Object.keys(buffers)) {
      if (!this.buffers.includes(name)) {
        throw new Error(`${this.name} binds no "${name}"; it binds ${this.buffers.join(", ")}`);
      }
    }
    const entries = this.#bindings.map(({ name, binding }) => {
      const bound = buffers[name];
      if (!bound) throw new Error(`${this.name} needs a buffer "${name}"`);
      return { binding, resource: "buffer" in bound ? bound : { buffer: bound } };
    });
    return this.#device.createBindGroup({ label: this.name, layout: this.#layout, entries });
  }

  /** Binds the table; `rowBytes` is what one dispatch sees of it, at its dynamic offset. */
  bindTable(table: GPUBuffer, rowBytes: number): GPUBindGroup {
    if (!this.#tableLayout) throw new Error(`${this.name} reads no table`);
    const entries = [{ binding: 0, resource: { buffer: table, size: rowBytes } }];
    return this.#device.createBindGroup({ label: "table", layout: this.#tableLayout, entries });
  }
}

/** Compiles kernels, each distinct one once. */
export class KernelCache {
  readonly #device: GPUDevice;
  readonly #shaders = new Map<string, Promise<{ shader: Shader; module: GPUShaderModule }>>();
  readonly #kernels = new Map<string, Promise<Kernel>>();

  /** @param device The device to compile for. */
  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /**
   * The kernel for a source, compiled now or before.
   *
   * @throws {Error} With the compiler's message, when the shader does not compile.
   */
  get(source: KernelSource): Promise<Kernel> {
    const { overrides, options, ...text } = source;
    const textKey = JSON.stringify(text);
    const key = textKey + JSON.stringify([overrides, options]);
    let kernel = this.#kernels.get(key);
    if (!kernel) {
      kernel = this.#compile(source, textKey);
      this.#kernels.set(key, kernel);
    }
    return kernel;
  }

  async #compile(source: KernelSource, textKey: string): Promise<Kernel> {
    const device = this.#device;
    let composed = this.#shaders.get(textKey);
    if (!composed) {
      composed = composeShader(source).then((shader) => ({
        shader,
        module: device.createShaderModule({ label: source.kernel, code: shader.code }),
      }));
      this.#shaders.set(textKey, composed);
    }
    const { shader, module } = await composed;
    const groups = 1 + Math.max(...shader.bindings.map((b) => b.group));
    const layouts = Array.from({ length: groups }, (_, group) =>
      device.createBindGroupLayout({
        label: source.kernel,
        entries: shader.bindings.filter((b) => b.group === group).map((b) => ({
          binding: b.binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: b.type, hasDynamicOffset: group === TABLE_GROUP },
        })),
      }));
    const constants = { ...source.overrides };
    for (const [name, value] of Object.entries(source.options ?? {})) {
      if (shader.overrides.includes(name)) constants[name] = value;
    }
    for (const name of Object.keys(constants)) {
      if (!shader.overrides.includes(name)) {
        throw new Error(`${source.kernel} does not compile: it has no override "${name}"`);
      }
    }
    const pipeline = await device.createComputePipelineAsync({
      label: source.kernel,
      layout: device.createPipelineLayout({ bindGroupLayouts: layouts }),
      compute: { module, entryPoint: "main", constants },
    });
    return new Kernel(device, source.kernel, pipeline, layouts, shader.bindings);
  }
}
