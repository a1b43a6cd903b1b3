/**
 * One GPU, opened: the adapter, its device with every limit that the adapter has, and the errors that
 * WebGPU would otherwise keep to itself.
 *
 * WebGPU reports most mistakes asynchronously and to nobody: without a listener a wrong dispatch is
 * silent and the program goes on with garbage. Here the first such error, and the loss of the device,
 * are kept and thrown by {@link Gpu.check}, which every submit and every readback calls.
 */

import { KernelCache } from "./kernel.ts";

/** How to open a GPU: one's own device, or which adapter to ask for. */
export interface GpuOptions {
  /** Use this device instead of opening one; it is not destroyed on close. */
  readonly device?: GPUDevice;
  /** Which adapter to prefer where a machine has several. */
  readonly powerPreference?: GPUPowerPreference;
}

/** How often the host has spoken to the GPU; a learner that lives there keeps these low. */
export interface Traffic {
  submits: number;
  uploads: number;
  readbacks: number;
}

/** The kind of adapter, as far as it matters to the choice of tiles. */
export type AdapterKind = "cpu" | "gpu";

const NO_WEBGPU = "this runtime has no WebGPU (navigator.gpu is missing): use Deno 2.9 or newer, " +
  "or a browser with WebGPU";
const NO_ADAPTER =
  "no GPU adapter was found, neither a graphics card's Vulkan driver nor a software " +
  "one. On Debian or Ubuntu install Mesa's software Vulkan, which needs no graphics card:\n" +
  "  sudo apt-get install -y mesa-vulkan-drivers libvulkan1\n" +
  "then run the program again";

/** The limits worth raising: what the adapter offers beyond WebGPU's defaults. */
const LIMITS = [
  "maxStorageBuffersPerShaderStage",
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxUniformBufferBindingSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupsPerDimension",
] as const;

/** How long a refusal waits for the news that the device was lost, in milliseconds. */
const LOSS_MS = 50;

const SOFTWARE = /llvmpipe|lavapipe|swiftshader|softpipe/i;

const opened = new WeakMap<GPUDevice, Gpu>();

/** An opened GPU: device, kernel cache, errors and traffic counters. */
export class Gpu {
  /** The WebGPU device that everything is created on. */
  readonly device: GPUDevice;
  /** The adapter's name as its driver gives it. */
  readonly adapter: string;
  /** Whether shaders run on a processor or on a graphics card. */
  readonly kind: AdapterKind;
  /** Whether passes can carry timestamps, which profiling needs. */
  readonly hasTimestamps: boolean;
  /** Compiled kernels, shared by everything on this device. */
  readonly kernels: KernelCache;
  /** Submits, uploads and readbacks since the device was opened. */
  readonly traffic: Traffic = { submits: 0, uploads: 0, readbacks: 0 };
  readonly #owned: boolean;
  #failure: Error | undefined;
  #closed = false;

  private constructor(device: GPUDevice, info: GPUAdapterInfo, owned: boolean) {
    this.device = device;
    // Deno's readable name stands in the description; Chrome has vendor and architecture alone.
    this.adapter = info.description || `${info.vendor} ${info.architecture}`.trim() ||
      "unknown GPU";
    this.kind = SOFTWARE.test(this.adapter) ? "cpu" : "gpu";
    this.hasTimestamps = device.features.has("timestamp-query");
    this.kernels = new KernelCache(device);
    this.#owned = owned;
    device.addEventListener("uncapturederror", (event) => {
      const { error } = event as GPUUncapturedErrorEvent;
      this.fail(new Error(`the GPU refused an operation: ${error.message}`));
      event.preventDefault();
    });
    device.lost.then((lost) => {
      if (!this.#closed) {
        this.fail(new Error(`the GPU device was lost (${lost.reason}): ${lost.message}`));
      }
    });
  }

  /**
   * Opens a GPU, or wraps the device given.
   *
   * @param options One's own device, or which adapter to prefer.
   * @returns The opened GPU; a device that was opened before gives the same object.
   * @throws {Error} When there is no WebGPU or no adapter; the message says what to install.
   */
  static async open(options: GpuOptions = {}): Promise<Gpu> {
    if (options.device) {
      if (!options.device.queue || !options.device.adapterInfo) {
        throw new TypeError(`device must be a GPUDevice, got ${String(options.device)}`);
      }
      const known = opened.get(options.device);
      if (known) return known;
      const gpu = new Gpu(options.device, options.device.adapterInfo, false);
      opened.set(options.device, gpu);
      return gpu;
    }
    if (typeof navigator === "undefined" || !navigator.gpu) throw new Error(NO_WEBGPU);
    const { powerPreference } = options;
    const adapter = await navigator.gpu.requestAdapter(powerPreference ? { powerPreference } : {});
    if (!adapter) throw new Error(NO_ADAPTER);
    const requiredLimits: Record<string, number> = {};
    for (const name of LIMITS) requiredLimits[name] = adapter.limits[name];
    const requiredFeatures: GPUFeatureName[] = [];
    if (adapter.features.has("timestamp-query")) requiredFeatures.push("timestamp-query");
    const device = await adapter.requestDevice({ requiredLimits, requiredFeatures });
    const gpu = new Gpu(device, adapter.info, true);
    opened.set(device, gpu);
    return gpu;
  }

  /** Remembers an error for the next {@link check}; only the first is kept, later ones follow from it. */
  fail(error: Error): void {
    this.#failure ??= error;
  }

  /**
   * Throws what has gone wrong since the device was opened, if anything has.
   *
   * @throws {Error} An uncaptured WebGPU error, a lost device, or use after close.
   */
  check(): void {
    if (this.#failure) throw new Error(this.#failure.message, { cause: this.#failure });
    if (this.#closed) throw new Error("this GPU has been closed: open a new one");
  }

  /**
   * The cause of a refusal. A lost device refuses everything, and its loss is reported a moment later.
   *
   * @param refusal The error as it came.
   * @returns What had gone wrong before, if anything had; else the refusal itself.
   */
  async causeOf(refusal: Error): Promise<Error> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([
      this.device.lost,
      new Promise((resolve) => timer = setTimeout(resolve, LOSS_MS)),
    ]);
    clearTimeout(timer);
    return this.#failure ?? refusal;
  }

  /**
   * Runs the work inside error scopes, so that a refused pipeline or an allocation that does not fit
   * rejects here, where it was asked for.
   *
   * @param what What is being built, for the error's message.
   * @param work The work; its result is passed on.
   */
  async scoped<T>(what: string, work: () => Promise<T> | T): Promise<T> {
    this.check();
    this.device.pushErrorScope("out-of-memory");
    this.device.pushErrorScope("validation");
    let result: T | undefined;
    let thrown: unknown;
    try {
      result = await work();
    } catch (error) {
      thrown = error;
    }
    const validation = await this.device.popErrorScope();
    const memory = await this.device.popErrorScope();
    const refused = validation ?? memory;
    if (refused) {
      const refusal = `${what}: the GPU refused it: ${refused.message}`;
      throw await this.causeOf(new Error(refusal, { cause: thrown }));
    }
    if (thrown) throw thrown;
    return result as T;
  }

  /** Submits recorded commands, after checking that nothing has failed. */
  submit(commands: GPUCommandBuffer): void {
    this.check();
    this.traffic.submits++;
    this.device.queue.submit([commands]);
  }

  /** Destroys the device if it was opened here; a device given by the user is left alone. */
  close(): void {
    if (!this.#owned || this.#closed) return;
    this.#closed = true;
    this.device.destroy();
  }
}
