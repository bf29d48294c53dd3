/** The dialog itself takes the focus, not its close button: nothing is offered before it is read. */
export function focusDialog(event: Event): void {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}
