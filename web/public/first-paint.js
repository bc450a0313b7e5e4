// Runs before the first paint, so that neither the wrong theme nor, on the page of a photo, the frame flashes. The values in
// localStorage are written by src/app/appearance.ts. This file is not bundled: addresses.spec.ts compares the path.
document.documentElement.toggleAttribute('data-no-frame', location.pathname.startsWith('/photo/'));
try {
  const theme = localStorage.getItem('imgstream.theme');
  if (theme === 'LIGHT' || theme === 'DARK') document.documentElement.dataset.theme = theme.toLowerCase();
  const spoken = navigator.languages.find((tag) => /^(ja|en)\b/i.test(tag)) ?? 'en';
  document.documentElement.lang = localStorage.getItem('imgstream.language') ?? spoken.slice(0, 2);
} catch {
  // Storage is shut: the system's theme and the page's own language are good enough.
}
