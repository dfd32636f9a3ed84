package invariants

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// secretsStayHidden is I11: no token, webhook or secret appears in logs,
// messages, history or errors. A task token may be in one attribute of the ledger; the
// report's histories are those that the product prints, which mask it.
func (c *check) secretsStayHidden() {
	shown, err := c.everythingShown()
	if err != nil {
		c.breaks("I11", "the report cannot be searched: %v", err)
	}
	secrets := map[string]string{}
	for i, s := range c.w.Secrets {
		secrets[s] = fmt.Sprint("planted secret ", i+1)
	}
	for _, w := range c.writes {
		if token := w.text("token"); token != "" {
			secrets[token] = "a task token of " + w.key()
		}
	}
	for _, secret := range slices.Sorted(maps.Keys(secrets)) {
		for _, where := range slices.Sorted(maps.Keys(shown)) {
			if strings.Contains(shown[where], secret) {
				c.breaks("I11", "%s stands in the %s", secrets[secret], where)
			}
		}
	}
}

// everythingShown returns what people and other systems can see, by kind.
func (c *check) everythingShown() (map[string]string, error) {
	shown := map[string]string{"log": c.r.Log}
	items := make([]any, len(c.writes))
	for i, w := range c.writes {
		item := maps.Clone(w.item)
		delete(item, "token")
		items[i] = item
	}
	for where, what := range map[string]any{"report": c.r, "messages": c.r.Sent, "ledger besides the token": items} {
		var text bytes.Buffer
		e := json.NewEncoder(&text)
		e.SetEscapeHTML(false) // secrets must be found unescaped
		if err := e.Encode(what); err != nil {
			return nil, err
		}
		shown[where] = text.String()
	}
	return shown, nil
}
