/** What people call a camera: many models begin with the name of their maker, which is not said twice. */
export function cameraName({
  make,
  model,
}: {
  make?: string | null | undefined;
  model?: string | null | undefined;
}): string {
  const saysMake = make && model?.toLowerCase().startsWith(make.toLowerCase());
  return saysMake ? (model ?? '') : [make, model].filter(Boolean).join(' ');
}
