/** Lets a control be used or not. The components say so to the eye alone; a screen reader is told here. */
export function enable(control: HTMLElement, isEnabled: boolean): void {
  control.toggleAttribute('disabled', !isEnabled);
  control.setAttribute('aria-disabled', String(!isEnabled));
}
