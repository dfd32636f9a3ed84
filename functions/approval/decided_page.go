package approval

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// followFor is how long whoever decides can follow what becomes of it.
const followFor = 24 * time.Hour

// after is the data of the page for whoever has decided: what happens now, and how far it is.
type after struct {
	Title    string
	Request  quarantine.ApprovalRequest
	Name     string
	Text     string
	Next     []string // what happens now
	Came     came
	At       time.Time // when that was read
	Links    []quarantine.Link
	Follow   template.URL // the query of the link to this page, or ""
	EndsHere string
	Record   *onRecord // nil where it could not be read
	Show     string    // the command that prints it, too
}

// became is what has come of a decision by now.
func (s *Server) became(ctx context.Context, q quarantine.ApprovalRequest) came {
	return became(q, s.record(ctx, q), s.Clock.Now().UTC())
}

// follow serves the page for whoever has decided.
func (s *Server) follow(w http.ResponseWriter, r *http.Request, l opened, q quarantine.ApprovalRequest) {
	if q.Decision == nil { // no such link is made of one that is not
		s.refuse(w, r, pageUnknown)
		return
	}
	now, of := s.Clock.Now().UTC(), s.record(r.Context(), q)
	a := after{
		Request: q, Name: gistOf(q, of).Name, Came: became(q, of, now), At: now, EndsHere: s.EndsHere,
		Text: fmt.Sprintf("That is on record with who decided (%s), and the state machine has it.", q.Decision.By),
	}
	a.decided(q)
	if !of.unread {
		a.Record = everything(of)
	}
	if s.EndsHere == "" { // else there is no console that has it, either
		a.Links = message.Links(q)
		a.Show = command.Line(s.Commands.Quarantine("show", q.Incident))
		until := q.Decision.At.Add(followFor)
		a.Follow = template.URL(l.signer.following(q.ID, until)) //nolint:gosec // made here
	}
	render(w, http.StatusOK, "decided.html", a)
}

// decided says what was decided, and what happens now.
func (a *after) decided(q quarantine.ApprovalRequest) {
	words, named := kinds.Of(q.Resource.Kind), kinds.Named(q.Resource, nil)
	is, are := "is being", "are being"
	if a.Came.Done {
		is, are = "is", "are"
	}
	switch {
	case q.Decision.Approve && q.Purpose == quarantine.PurposeRelease:
		a.Title = "Approved: " + named + " " + is + " released"
		a.Next = []string{"What stood before the quarantine is put back, thing by thing, and each is read back.", toldThen, words.Release.NotClean}
	case q.Decision.Approve:
		a.Title = "Approved: " + named + " " + is + " " + words.Past
		a.Next = []string{kinds.Capital(words.Ask.Approve), "Evidence is taken then.", toldThen}
	case q.Decision.Narrow:
		a.Title = "Narrow: the subnets of " + named + " " + are + " given back"
		a.Next = []string{"The instance stays contained by its security group.",
			"People are told what comes of it, and are then asked again whether to release, with another link."}
	case q.Purpose == quarantine.PurposeRelease:
		a.Title = "Denied: " + named + " stays in quarantine"
		a.Next = []string{"The quarantine stays until somebody releases it on the command line.", "People are told so."}
	default:
		a.Title = "Denied: " + named + " is not " + words.Past
		a.Next = []string{words.Ask.Nobody + ".", "People are told so."}
	}
}

const toldThen = "People are told when that is done, or what is left and why."
