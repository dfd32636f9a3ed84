package backtest

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// Difference is a finding of which two policies make something else.
type Difference struct {
	Finding Judged `json:"finding"` // as the first policy has it
	// Part is the resource's, where the finding is about several.
	Resource *quarantine.Resource `json:"resource,omitempty"`
	One      Said                 `json:"one"`
	Other    Said                 `json:"other"`
}

// Said is what a policy makes of a finding.
type Said struct {
	Outcome Outcome           `json:"outcome"`
	Action  quarantine.Action `json:"action"`
	Score   int               `json:"score"`
	Why     string            `json:"why"`
	// Observed says that the policy has it observed, and nothing would have been changed.
	Observed bool `json:"observed,omitempty"`
}

// Compared are two policies over the same findings.
type Compared struct {
	Result
	Against     Result       `json:"against"`
	Differences []Difference `json:"differences"`
}

// Compare lists what differs, in the order of the findings: what a verdict comes to, or the verdict
// itself. Both results are of the same input.
func Compare(one, other Result) Compared {
	out := Compared{Result: one, Against: other, Differences: []Difference{}}
	for i, a := range one.Findings {
		b := other.Findings[i]
		if len(a.Parts) != len(b.Parts) { // one policy has keys cut, and the other does not
			out.Differences = append(out.Differences, Difference{Finding: a, One: said(a.strongest()), Other: said(b.strongest())})
			continue
		}
		for n, p := range a.Parts {
			if q := b.Parts[n]; p.Outcome != q.Outcome || p.Verdict.Action != q.Verdict.Action || p.Verdict.Mode != q.Verdict.Mode {
				out.Differences = append(out.Differences, Difference{Finding: a, Resource: p.Resource, One: said(p), Other: said(q)})
			}
		}
	}
	return out
}

func said(p Part) Said {
	return Said{Outcome: p.Outcome, Action: p.Verdict.Action, Score: p.Verdict.Score, Why: p.Decisive(), Observed: p.Verdict.Observed()}
}
