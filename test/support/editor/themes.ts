/** The editor's default themes, as settings. */
export const editorThemes = {
  dark: settings('Dark 2026'),
  light: settings('Light 2026'),
  'high-contrast': settings('Default High Contrast'),
  'high-contrast-light': settings('Default High Contrast Light'),
} as const;

function settings(theme: string): Readonly<Record<string, unknown>> {
  // Else the editor would follow the system, here that of a browser without a head.
  const followed = { 'window.autoDetectColorScheme': false, 'window.autoDetectHighContrast': false };
  return { ...followed, 'workbench.colorTheme': theme };
}
