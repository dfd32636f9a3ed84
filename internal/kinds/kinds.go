// Package kinds has, by the kind of a resource, the words in which people are told of it: what it
// is, what its cut does, what is assumed where that failed, and where a person looks. Messages,
// the page and the commands take them from here; a further kind is one more entry.
package kinds

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Words are those of one kind. In a format, %s is the resource as [Words.What] names it.
type Words struct {
	Noun   string // "instance"
	Many   string // "instances"
	Label  string // the same before a colon, and as a heading: "Instance"
	Before string // what stands before its name in a sentence; "" where that says what it is
	// Global says that its Region is not where it is used: nobody is told it.
	Global bool

	Cut    measure.Info // the measure that contains it
	Things string       // the title of what the cut holds: "Its subnets"
	Done   string       // the title of what the cut did: "The cut"
	// Placed says that each of those things is in a VPC.
	Placed bool

	Verb
	Ask      Ask
	Failed   Failed
	Reopened Reopened
	Evidence Evidence
	Release  Release

	// Contained says how it stands once that many things are cut, after "is".
	Contained func(things int) string
	// Stands, Doubt and NotCut say in a sentence whether the cut is in effect; Unchanged, that
	// something else does not touch it. Stands has the time of the read-back.
	Stands, Doubt, NotCut, Unchanged string

	// Accused are the things of the cut as a finding names them, and Whose says whose it is, after
	// its id, as far as they tell; both nil where there is nothing to say.
	Accused func(r quarantine.Resource, f quarantine.Finding) []quarantine.Hold
	Whose   func(r quarantine.Resource, known []quarantine.Hold) string
	// Console is where AWS's console shows it: a service, and what follows the address of its
	// start page; nil if nowhere.
	Console func(r quarantine.Resource, known []quarantine.Hold) (service, fragment string)
	// Next are the steps of a person once it is contained, beside looking at the cut and at what
	// the measures that are taken, by name, do without anybody.
	Next func(r quarantine.Resource, taken []string) [][]measure.Step
}

// Verb is the cut in the forms that sentences need.
type Verb struct {
	Do     string // "cut %s off"
	DoesIt string // "cuts it off"
	Past   string // "cut off"
	Short  string // the same, where that was said before: "cut"
	Act    string // what a verdict is to do: "cut"
	Acts   string // what a yes does: "cuts"
	Doing  string // "cutting it"
	Answer string // what an answer was about: "cutting off %s"
	Title  string // in a subject, of a question: "cut off"
	Button string // "Cut %s off the network?"
	Undone string // in a subject: "NOT CUT"
}

// Acted is for example "CUT", in a subject.
func (v Verb) Acted() string { return strings.TrimPrefix(v.Undone, "NOT ") }

// DoIt is for example "cut it off".
func (v Verb) DoIt() string { return fmt.Sprintf(v.Do, "it") }

// Ask is what a question and its answers say.
type Ask struct {
	Nothing  string // while nobody has answered: "Nothing has been cut"
	Nobody   string // where nothing comes of it: "This finding has cut nothing off"
	Approve  string // what a yes does
	Hit      string // who else a yes hits, where nobody has counted yet
	Owner    string // whom a person asks about it
	Examine  string // what a person does while the quarantine stays
	PutBack  string // what a release puts back
	MayAgain string // before the command of a release
}

// Failed is what is assumed where the cut failed.
type Failed struct {
	Gone     string   // the failure that says that it does not exist any more
	Final    []string // the failures that nobody can help, by hand or by another attempt
	GoneSays string
	Unjudged string
	Partly   string // with how many of how many things are cut
	Unproved string
	Wrong    string // before the command that takes a wrong one back
	ByHand   string // how it is cut without the product, where commands have no room
}

// Reopened is what is said of what somebody has opened.
type Reopened struct{ NotClosed, Again, NotYet, ClosedAgain, Otherwise string }

// Evidence is what is kept of it.
type Evidence struct {
	Snapshots bool   // whether there are snapshots among it
	Taken     string // that it is taken next
	Kept      string // that it outlives the release
	Keep      string // what a person must not do while it is missing
	// ByHand takes what is missing; nil where nothing does.
	ByHand func(r quarantine.Resource, known []quarantine.Hold, incident string) [][]measure.Step
}

// Release is what is said of a release.
type Release struct {
	NotReleased string // what is assumed while it failed
	Look        string // before the commands that look; "" leaves the measure's own words
	NotClean    string
	Next        string // what GuardDuty's next findings do, with the time of the release
	Others      string // what other types do than those that were called a false alarm
}

// Of gives the words of a kind. Where no resource is known, they are those of an instance.
func Of(k quarantine.Kind) Words {
	if of, known := all[k]; known {
		return of()
	}
	return other()
}

var all = map[quarantine.Kind]func() Words{
	"":                       instance,
	quarantine.KindInstance:  instance,
	quarantine.KindAccessKey: accessKey,
}

// Name is the resource's id, and whose it is as far as that is known.
func (w Words) Name(r quarantine.Resource, known []quarantine.Hold) string {
	if w.Whose == nil {
		return r.ID
	}
	return r.ID + w.Whose(r, known)
}

// What names the resource in a sentence.
func (w Words) What(r quarantine.Resource, known []quarantine.Hold) string {
	return w.Before + w.Name(r, known)
}

// Named names a resource where it begins no sentence and is in none: in a heading, in a line of a list.
func Named(r quarantine.Resource, known []quarantine.Hold) string {
	return strings.TrimPrefix(Of(r.Kind).What(r, known), "the ")
}

// Capital begins a sentence with the text.
func Capital(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
