// Runs before the first paint, so that nobody sees the other theme flash by. What it reads is kept by src/app/appearance.ts.
try {
  const theme = localStorage.getItem('imgstream.theme');
  if (theme === 'LIGHT' || theme === 'DARK') document.documentElement.dataset.theme = theme.toLowerCase();
  document.documentElement.lang =
    localStorage.getItem('imgstream.language') ?? (navigator.language.startsWith('ja') ? 'ja' : 'en');
} catch {
  // Storage is shut: the system's theme and the page's own language are good enough.
}
