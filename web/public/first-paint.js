// Runs before the first paint, so that the wrong theme does not flash, nor the frame on the page of a photo.
// src/app/appearance.ts writes the values in localStorage. This file is not bundled, so addresses.spec.ts checks the path.
document.documentElement.toggleAttribute('data-no-frame', location.pathname.startsWith('/photo/'));
try {
  const theme = localStorage.getItem('imgstream.theme');
  if (theme === 'LIGHT' || theme === 'DARK') document.documentElement.dataset.theme = theme.toLowerCase();
  const preferred = navigator.languages.find((tag) => /^(ja|en)\b/i.test(tag)) ?? 'en';
  document.documentElement.lang = localStorage.getItem('imgstream.language') ?? preferred.slice(0, 2);
} catch {
  // Without access to localStorage, the system's theme and the language of the page are used.
}
