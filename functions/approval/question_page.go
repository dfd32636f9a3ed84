package approval

import (
	"fmt"
	"net/http"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// question is the data of the page for a request that can be decided.
type question struct {
	Title, Left string
	Request     quarantine.ApprovalRequest
	Words       kinds.Words // of the kind of its resource
	Drill       string      // who has begun the drill that it is of, or ""
	Gist        gist
	Findings    []quarantine.IncidentFinding
	Hit         string // in full
	Held        holdings
	Approve     choice
	Narrow      choice // where Held has one
	Deny        choice
	Silence     string
	MaxReason   int
}

// choice is a button's label and the effect of pressing it; Further is what else it has done.
type choice struct {
	Label, Does string
	Further     []string
}

func ask(w http.ResponseWriter, r quarantine.ApprovalRequest, of record, held holdings, now time.Time) {
	words := kinds.Of(r.Resource.Kind)
	q := question{
		Title:   fmt.Sprintf(words.Button, words.What(r.Resource, nil)),
		Approve: choice{Label: "Approve: " + words.DoIt(), Does: kinds.Capital(words.Ask.Approve) + " Then evidence is taken."},
		Deny:    choice{Label: "Deny: leave it", Does: "Nothing is " + words.Short + ". The decision goes on record, and people are told."},
		Silence: "Nothing is " + words.Short + ", and people are told.",
	}
	if r.OnSilence == quarantine.ActionIsolate {
		q.Silence = "The " + words.Noun + " is " + words.Past + " as if somebody had approved: so says the policy."
	}
	for _, name := range r.Measures {
		q.Approve.Further = append(q.Approve.Further, "It "+register.Named(name).Does+" ("+name+").")
	}
	if r.Purpose == quarantine.PurposeRelease {
		q.askRelease(r, words, held)
	}
	q.Gist, q.Findings, q.Hit = gistOf(r, of), findings(r, of), hit(r, of, words)
	if of.drill != nil {
		q.Drill = clean(of.drill.By)
	}
	q.Request, q.Words, q.Held, q.Left, q.MaxReason = r, words, held, left(r.ExpiresAt.Sub(now)), maxReason
	render(w, http.StatusOK, "question.html", q)
}

func (q *question) askRelease(r quarantine.ApprovalRequest, words kinds.Words, held holdings) {
	q.Title = "Release " + words.What(r.Resource, held.Known) + " from quarantine?"
	q.Approve = choice{Label: "Approve: release it", Does: kinds.Capital(words.Ask.PutBack) +
		" What another incident holds stays as it is, and what somebody has changed by hand is left alone."}
	q.Narrow = choice{
		Label: "Narrow: give the subnets back, keep the instance cut by its security group",
		Does: "The subnets are put back, except where another incident holds them or somebody has changed them, and their other hosts can be reached again. " +
			"The instance stays contained by its security group, and the incident goes on: this is asked again, with another link.",
	}
	q.Deny = choice{Label: "Deny: keep the quarantine", Does: "The quarantine stays until somebody releases it on the command line."}
	q.Silence = "The quarantine stays, and people are told."
}
