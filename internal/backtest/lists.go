package backtest

import (
	"bytes"
	"encoding/json"
)

// listItem is one item of a list in a JSON text, and where in the text it begins.
type listItem struct {
	text json.RawMessage
	at   int
}

// listed are the items of a JSON text that is a list, or a response of GetFindings, whose list is
// called Findings on the command line and findings on the wire. The text is JSON.
func listed(doc json.RawMessage) ([]listItem, bool) {
	if bytes.HasPrefix(doc, []byte("[")) {
		return items(doc, 0), true
	}
	var response struct{ Findings json.RawMessage } // in either spelling
	if json.Unmarshal(doc, &response) != nil || !bytes.HasPrefix(response.Findings, []byte("[")) {
		return nil, false
	}
	// Where the list begins is found by its text, which is a part of the document as it is.
	return items(response.Findings, bytes.Index(doc, response.Findings)), true
}

// items are those of a list that begins at an offset.
func items(list json.RawMessage, offset int) (out []listItem) {
	d := json.NewDecoder(bytes.NewReader(list))
	_, _ = d.Token() // the bracket
	for d.More() {
		var one json.RawMessage
		if d.Decode(&one) != nil {
			return out // not of a text that is JSON
		}
		out = append(out, listItem{one, offset + int(d.InputOffset()) - len(one)})
	}
	return out
}
