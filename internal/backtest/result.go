package backtest

import (
	"cmp"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Tally counts outcomes. They add up to All.
type Tally struct {
	All     int `json:"all"`
	Cut     int `json:"cut"`
	Asked   int `json:"asked"`
	Joined  int `json:"joined"`
	Told    int `json:"told"`
	Ignored int `json:"ignored"`
}

// Add counts one more.
func (t *Tally) Add(o Outcome) {
	t.All++
	*t.of(o)++
}

func (t *Tally) of(o Outcome) *int {
	return map[Outcome]*int{Cut: &t.Cut, Asked: &t.Asked, Joined: &t.Joined, Told: &t.Told, Ignored: &t.Ignored}[o]
}

// Of is how many there are of an outcome.
func (t Tally) Of(o Outcome) int { return *t.of(o) }

// Named is the tally of a day or a type.
type Named struct {
	Name string `json:"name"`
	Tally
}

// OfResource is the tally of a resource: of the parts of findings that are about it.
type OfResource struct {
	Resource quarantine.Resource `json:"resource"`
	Name     string              `json:"name,omitempty"`
	Tally
	// Types are the findings' that are about it, the most frequent first.
	Types []Named `json:"types"`
	// Last is when it would have been cut last, and Reasons are the verdict's then.
	Last    time.Time           `json:"last,omitzero"`
	Verdict *quarantine.Verdict `json:"verdict,omitempty"`
	// Held is how often the brake would have held a cut, whether it asked or its finding waited beside a
	// question, and HeldBy why it did last.
	Held   int    `json:"held"`
	HeldBy string `json:"heldBy,omitempty"`
	// Now is what the account says now; nil where it was not asked.
	Now *Seen `json:"now,omitempty"`
}

// Result is what a backtest has come to. Its figures are estimates.
type Result struct {
	// OpenFor is how long an incident was taken to stay open.
	OpenFor Hours `json:"openForHours"`
	// Total are the findings that are not archived, each once, and Archived what the verdict alone
	// says of those that are.
	Total    Tally `json:"total"`
	Archived Tally `json:"archived"`
	// Cuts and Resources are how many cuts there would have been, and of how many resources: one
	// finding can be about several.
	Cuts      int `json:"cuts"`
	Resources int `json:"resources"`
	// Held are cuts that the brake would have held.
	Held int `json:"held"`
	// Observed are findings of Total that the policy has observed: they are counted as what they would
	// have come to, and nothing would have been changed for them.
	Observed int `json:"observed"`
	// Repeats are findings that were there again, and Before those that came before the time that
	// was asked for; none of these is in another figure.
	Repeats int `json:"repeats"`
	Before  int `json:"before"`
	// Dropped are findings that GuardDuty listed and did not give.
	Dropped int `json:"dropped"`

	First    time.Time `json:"first,omitzero"`
	Latest   time.Time `json:"latest,omitzero"`
	Accounts []string  `json:"accounts"`

	ByDay      []Named      `json:"byDay"`  // each day between the first and the last
	ByType     []Named      `json:"byType"` // most cut first
	ByResource []OfResource `json:"byResource"`
	Findings   []Judged     `json:"findings"`
	Unread     []Unread     `json:"unread"`
	// Live tells whether the account was asked what it is like now.
	Live bool `json:"live"`
	// NotKnown is what makes the figures estimates.
	NotKnown []string `json:"notKnown"`
}

// Hours is a duration that JSON has in hours.
type Hours time.Duration

// MarshalJSON writes hours.
func (h Hours) MarshalJSON() ([]byte, error) {
	return []byte(trimmed(time.Duration(h).Hours())), nil
}

func newResult(judged []Judged, unread []Unread, repeats int, o Options) Result {
	r := Result{
		OpenFor: Hours(o.OpenFor), Repeats: repeats, Live: o.Live != nil, Accounts: []string{},
		Findings: append([]Judged{}, judged...), Unread: append([]Unread{}, unread...),
	}
	types, days := map[string]*Tally{}, map[string]*Tally{}
	for _, j := range judged {
		if !slices.Contains(r.Accounts, j.AccountID) {
			r.Accounts = append(r.Accounts, j.AccountID)
		}
		if j.Archived {
			r.Archived.Add(j.Outcome)
			continue
		}
		r.Total.Add(j.Outcome)
		if j.observed() {
			r.Observed++
		}
		count(types, j.Type, j.Outcome)
		count(days, j.Day(), j.Outcome)
		if r.First.IsZero() {
			r.First = j.At
		}
		r.Latest = j.At
	}
	slices.Sort(r.Accounts)
	r.NotKnown = notKnown(o)
	r.ByDay, r.ByType = eachDay(days, r.First, r.Latest), ranked(types)
	r.resources(o.Live)
	return r
}

func count(all map[string]*Tally, name string, o Outcome) {
	if all[name] == nil {
		all[name] = &Tally{}
	}
	all[name].Add(o)
}

// eachDay has the days without a finding, too.
func eachDay(days map[string]*Tally, first, latest time.Time) []Named {
	out := []Named{}
	if first.IsZero() {
		return out
	}
	for day := first.UTC().Truncate(24 * time.Hour); !day.After(latest); day = day.AddDate(0, 0, 1) {
		name := day.Format(time.DateOnly)
		n := Named{Name: name}
		if t := days[name]; t != nil {
			n.Tally = *t
		}
		out = append(out, n)
	}
	return out
}

// ranked begins with what was cut most.
func ranked(all map[string]*Tally) []Named {
	out := []Named{}
	for name, t := range all {
		out = append(out, Named{name, *t})
	}
	slices.SortFunc(out, func(a, b Named) int { return cmp.Or(heavier(a.Tally, b.Tally), cmp.Compare(a.Name, b.Name)) })
	return out
}

// heavier orders tallies: the one with more cuts first, and so on.
func heavier(a, b Tally) int {
	for _, o := range Outcomes() {
		if by := cmp.Compare(b.Of(o), a.Of(o)); by != 0 {
			return by
		}
	}
	return 0
}
