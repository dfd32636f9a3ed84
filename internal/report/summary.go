package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// summary is an incident on one screen.
type summary struct {
	ID, What, Place string
	State, Look     string   // in a word, and its class
	Said            string   // what happened, in a sentence
	Notes           []string // what has to be known before anything else is believed
	Facts           []fact
	Findings        []quarantine.IncidentFinding
	ByWordAlone     bool // no finding is among them: people have said so
	Reasons         []quarantine.Reason
	// NothingHeld says that what stays open is not said, as nothing is closed.
	NothingHeld bool
	Open        []said
	Hit, Beside string // what the cut hit beside it, in full, and whether it did
	Next        []step
}

// fact is a figure with what it is.
type fact struct{ Value, Of, Look string }

// said is a sentence, whose beginning stands out.
type said struct{ First, Rest string }

// step is what a person does next, and the command for that.
type step struct{ Text, Command string }

func summaries(r Report) (out []summary) {
	for _, in := range r.Incidents {
		word, look, said := standing(in)
		s := summary{
			ID: in.ID, What: r.named(in), Place: place(in.Resource), State: word, Look: look, Said: said,
			Findings: in.Findings, ByWordAlone: in.ByWordAlone(), Reasons: in.Verdict.Reasons, NothingHeld: len(in.Held()) == 0, Next: r.next(in),
		}
		s.Facts, s.Notes = r.facts(in), r.notes(in)
		if !s.NothingHeld {
			for _, text := range register.StaysOpenOf(in) {
				s.Open = append(s.Open, begun(text))
			}
		}
		if in.Neighbours != nil {
			s.Hit, s.Beside = in.Neighbours.Named(), "Hit beside it"
			if in.Status == quarantine.StatusObserved {
				s.Beside = "Beside it, as counted then, and not hit"
			}
		}
		out = append(out, s)
	}
	return out
}

// notes say whether it is a drill, and whether this program can show all of it.
func (r Report) notes(in quarantine.Incident) (out []string) {
	if by := r.Drills[in.ID]; by != "" {
		out = append(out, "DRILL by "+by+", on an instance that was made for it.")
	}
	if in.Newer > 0 {
		out = append(out, fmt.Sprintf("A newer release has written on this record (version %d; this program knows %d): what this program does not know of it is not shown.",
			in.Newer, quarantine.ItemVersion))
	}
	return out
}

// begun parts a sentence at its colon, or at the end of the first one.
func begun(text string) said {
	if at := strings.IndexAny(text, ":."); at > 0 && at < len(text)-1 {
		return said{text[:at+1], text[at+1:]}
	}
	return said{text, ""}
}

// named is a resource with the name of its instance, where that is known.
func (r Report) named(in quarantine.Incident) string {
	what := kinds.Named(in.Resource, in.Holds)
	if name := r.Names[in.Resource.ID]; name != "" {
		what += " (" + name + ")"
	}
	return what
}

func place(of quarantine.Resource) string {
	if kinds.Of(of.Kind).Global {
		return "account " + of.AccountID
	}
	return "account " + of.AccountID + ", " + of.Region
}

// facts are the figures of an incident; of one that was not cut there are fewer.
func (r Report) facts(in quarantine.Incident) []fact {
	findings := fact{fmt.Sprint(len(in.Findings)), plural(len(in.Findings), "finding"), ""}
	if in.ByWordAlone() {
		findings = fact{"0", "findings: it is by a person's word", ""}
	}
	if in.Status == quarantine.StatusObserved {
		return []fact{findings}
	}
	if in.ContainedAt.IsZero() {
		return []fact{findings, evidence(in)}
	}
	out := append(r.speed(in), findings)
	if !kinds.Of(in.Resource.Kind).Global {
		out = append(out, neighbours(in))
	}
	return append(out, evidence(in))
}

// speed is how long it took from the event, or else from the start of the execution, to the cut.
func (r Report) speed(in quarantine.Incident) []fact {
	i := r.at(in.Owner)
	if i < 0 {
		return []fact{{"not known", "how long the cut took", ""}}
	}
	x := r.Executions[i]
	for _, c := range r.Cuts {
		if n := len(c.Calls); c.Execution == x.Name && n > 0 {
			return []fact{
				{seconds(c.Calls[n-1].Ended.Sub(r.Sent)), "from the event to the cut", "good"},
				{strconv.Itoa(n), fmt.Sprintf("AWS calls to the cut, in %d round trips", c.Rounds), ""},
			}
		}
	}
	if f, is := asReadBack(x); is {
		return []fact{f}
	}
	return []fact{{"not known", "how long the cut took", ""}}
}

func neighbours(in quarantine.Incident) fact {
	if in.Neighbours == nil {
		return fact{"not known", "who else the cut hit", ""}
	}
	if in.Neighbours.NotKnown != "" {
		return fact{"not known", "who else the cut hit: " + in.Neighbours.NotKnown, ""}
	}
	n := in.Neighbours.Total()
	value := fmt.Sprint(n)
	if in.Neighbours.AtLeast {
		value += "+"
	}
	if n == 0 && !in.Neighbours.AtLeast {
		return fact{"0", "neighbours hit by the cut", "good"}
	}
	return fact{value, plural(n, "neighbour") + " hit by the cut", "warn"}
}

func evidence(in quarantine.Incident) fact {
	n := len(in.Evidence.Snapshots)
	of := fmt.Sprintf("evidence: %d %s, %d %s of the manifest", n, plural(n, "snapshot"), len(in.Evidence.Artifacts), plural(len(in.Evidence.Artifacts), "part"))
	switch in.Evidence.Status {
	case quarantine.EvidenceComplete:
		return fact{"complete", of, "good"}
	case quarantine.EvidencePending:
		return fact{"pending", of, "info"}
	case quarantine.EvidenceStatusFailed:
		return fact{"failed", strings.Join(append([]string{of}, in.Evidence.Problems...), "; "), "bad"}
	}
	return fact{"none", "evidence is on record", "warn"}
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
