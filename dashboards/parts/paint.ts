import type { ElementPart } from 'lit';
import { Directive, type DirectiveParameters, directive } from 'lit/directive.js';

/**
 * Sets style properties from script. Lit's styleMap renders a style attribute first, which the strict
 * Content-Security-Policy refuses; setting properties on the element is allowed.
 */
class Paint extends Directive {
  override update(part: ElementPart, [properties]: DirectiveParameters<this>): void {
    const { style } = part.element as HTMLElement;
    for (const [name, value] of Object.entries(properties)) style.setProperty(name, value);
  }

  render(_properties: Readonly<Record<string, string>>): void {}
}

export const paint = directive(Paint);
