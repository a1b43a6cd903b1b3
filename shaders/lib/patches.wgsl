// Patches of a picture: what a convolution's kernel covers for each pixel of the output. A line of a patch
// is one contiguous run.

override OUT_HEIGHT: u32 = 1u;
override OUT_WIDTH: u32 = 1u;
// vec4s of a patch, which are those of a row of W; and of one line of it.
override IN4: u32 = 1u;
override RUN4: u32 = 1u;
// vec4s of a line of the inputs, and from one patch to the next, in y and x.
override LINE4: u32 = 1u;
override STEP_Y4: u32 = 1u;
override STEP_X4: u32 = 1u;
// vec4s of a line of the outputs.
override OUTPUT_LINE4: u32 = 1u;
