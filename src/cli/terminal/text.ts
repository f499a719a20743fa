/** Whatever comes from the app is printed by way of one of these two. */
export { printable, toJson } from '../../core/plain-text.ts';
