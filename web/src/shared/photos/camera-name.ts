/** The display name of a camera. Omits the make if the model begins with it, as many do. */
export function cameraName({
  make,
  model,
}: {
  make?: string | null | undefined;
  model?: string | null | undefined;
}): string {
  const includesMake = make && model?.toLowerCase().startsWith(make.toLowerCase());
  return includesMake ? (model ?? '') : [make, model].filter(Boolean).join(' ');
}
