// Characters that nobody sees, and of which some turn around what stands beside
// them: what others send must not rewrite the page's own words.
import { html } from "../ui.js";

// Line ends and tabs can be told, and what joins the parts of an emoji is shown
// by it.
const unseen = /((?:[[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]--[\t\n\r]](?<!\p{Extended_Pictographic}\p{Emoji_Modifier}?\ufe0f?[\u200d\ufe0f])|\r(?!\n))+)/v;

const most = 1000; // places of such characters that are elements: they take browsers long

// revealed is what is drawn for a text: such characters show as \u202e. They
// themselves stay there, so that a selection has the true text.
export const revealed = (text) => text && revealing(text)(text);

// revealing is what reveals the parts of a text. When too much of it cannot be
// seen, the escapes stand instead of the characters.
export const revealing = (whole) => (whole.split(unseen).length > 2 * most ? spelt : marked);

const marked = (text) => {
	const parts = text.split(unseen);
	return parts.length === 1 ? text : parts.map((part, i) => (i % 2 === 1 ? html`<span class="unseen" data-as=${escaped(part)} title="It cannot be seen">${part}</span>` : part));
};

const spelt = (text) => text.split(unseen).map((part, i) => (i % 2 === 1 ? escaped(part) : part)).join("");

const escaped = (text) => text.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
