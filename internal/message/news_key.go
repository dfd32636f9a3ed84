package message

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// key is the same however often one piece of news is told, and differs from that of any
// other: by it, programs tell a repetition from news. A retry has the same input, and what
// the ledger has meanwhile is not part of it.
func (f facts) key() string {
	n := f.News
	n.Retry, n.Link, n.Unlinked = 0, "", ""
	if r := f.Approval; r != nil { // the rest is on record, where it changes meanwhile
		n.Approval = &quarantine.ApprovalRequest{ID: r.ID, Status: r.Status}
		if f.Kind == quarantine.KindApprovalAsked { // each reminder is news
			n.Approval.Reminders = r.Reminders
		}
	}
	raw, err := json.Marshal(n)
	if err != nil { // an event that is no JSON
		raw = n.Event
	}
	sum := sha256.Sum256(raw)
	var parts []string
	for _, p := range []string{f.incident(), string(f.Kind), f.Execution.Name, hex.EncodeToString(sum[:8])} {
		if p = Clean(p, maxName); p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "/")
}

// thread is what all news of one incident have in common; without one, it is of the
// resource, or of this news alone.
func (f facts) thread() string {
	for _, id := range []string{f.incident(), f.resource.ID} {
		if id = Clean(id, maxName); id != "" {
			return id
		}
	}
	return f.key()
}

// summary is the untitled part of the message, for programs that show it to people. The link
// to the page is a secret, and in no event.
func (d draft) summary() string {
	if len(d.parts) == 0 || d.parts[0].title != "" {
		return ""
	}
	lines := slices.DeleteFunc(d.parts[0].section().Lines, func(l string) bool { return d.Link != "" && strings.Contains(l, d.Link) })
	return strings.Join(lines, "\n")
}
