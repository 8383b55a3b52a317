// The one script a page needs: <script type="module" src="…/widget/dong-hanh-chat.js"></script>
import { DongHanhChat } from "./launcher.js";

if (!customElements.get("dong-hanh-chat")) customElements.define("dong-hanh-chat", DongHanhChat);
