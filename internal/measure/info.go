package measure

import (
	"maps"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Info is what a measure says of itself. Messages, pages, lists, definitions, the policy and
// the deployment's tests take it from here.
type Info struct {
	Name  string          // its key in the policy and in the ledger: "security-group"
	Kind  quarantine.Kind // of the resources that it is for
	Thing string          // what a thing of it is: "interface"
	On    bool            // whether it is taken where the policy does not say
	// Cut says that it is what an incident of its kind is contained by: there is one of a kind. All
	// others are taken beside it once it stands.
	Cut bool
	// Group is the group of services whose function takes it; "" for the cut of instances, which
	// isolate makes and release takes back.
	Group Group
	// AfterSubnets says that a release takes it back once the subnets are as they were.
	AfterSubnets bool
	// Makes is what it makes for a VPC, of which the ledger keeps the id; "" if nothing.
	Makes string
	// Counts is what the ledger counts of it in a clock hour for each Auto Scaling group; "" if nothing.
	Counts string
	// Vanishes says that Find does not give a thing any more once it is as it was put, or by the name
	// that is on record: a thing that the incident holds is looked at all the same.
	Vanishes bool
	// OnlyOurs says that nobody but the product puts the values that it puts: what stood
	// before cannot have been one.
	OnlyOurs bool
	// Does says in a sentence what it does, as people read it; InShort, the same in a few words, with
	// what else it hits.
	Does, InShort string
	// Under says how a thing is put, after "is" or "is put": "under what denies everything".
	Under string
	// Hints are what to do first about a failure, by its name, where the measure knows better
	// than what is true of all.
	Hints map[string][]Step
	// Closes are the ways that are closed where it holds, and Leaves what is open all the same.
	Closes []Way
	Leaves []Open
	// Alone is what it leaves open at the border where it contains in place of the cut; nil of a
	// measure that never does.
	Alone []Open
	// Now says how a thing stands while the measure holds it, in a few words: the hold
	// was read back.
	Now func(h quarantine.Hold) string
	// Before says what stood there, in a few words, or [NotKnown].
	Before func(h quarantine.Hold) string
	// Mark is the id by which an event of CloudTrail is known to be about a thing; nil where that is
	// the thing's name.
	Mark func(h quarantine.Hold) string
	// Unsure is what is not known of a thing that was not read back: "whether it is cut off".
	Unsure string
	// Refuses says what AWS did not take, by the part; nil names the part.
	Refuses func(part string) string
	// ByHand are the steps of a person who takes it, of the resource and what is known of its
	// things; LookByHand those of one who looks how it stands; UndoByHand those of one who puts
	// things back. Commands are the AWS CLI's, without aws and the region.
	ByHand     func(r quarantine.Resource, known []quarantine.Hold) []Step
	LookByHand func(r quarantine.Resource, known []quarantine.Hold) []Step
	UndoByHand func(held []quarantine.Hold) []Step
	// MadeByHand is the command of a person who lists what it made, by tags: for where the
	// ledger is gone, and there is nothing better to ask.
	MadeByHand []string
	// Released is what the cut says of subnets at a release; what is said of everything else is
	// [Became].
	Released ReleasedWords
	// Actions are the IAM actions on AWS that it needs to be taken and taken back.
	Actions []string
	// Guarding are those that telling what the policy exempts needs, too: see [Guarded].
	Guarding []string
	// UndoneBy are the operations of AWS's API by which somebody can open what it closed, on the
	// thing or on what its values rest on, or lead around it. A call of one is a hint to look.
	UndoneBy []string
	// Undoing are those of them that taking it back needs, and Removing those that removing
	// what it made needs, which nothing that is deployed does.
	Undoing, Removing []string
	// Weighing are those of them that read whether it may be taken at all, which a look at what
	// it holds does without.
	Weighing []string
}

// ReleasedWords say what became of subnets at a release.
type ReleasedWords struct {
	// Shows tells whether what is said of a subnet is there to be seen.
	Shows func(s quarantine.ReleasedSubnet) bool
	// Became says what became of a subnet.
	Became func(s quarantine.ReleasedSubnet) string
	// ByHand are the steps of a person about the subnets of one outcome, where those do not
	// stand as before; nil if there are none.
	ByHand func(of quarantine.ReleaseOutcome, subnets []quarantine.ReleasedSubnet) []Step
}

// State is the name of the measure's Task in the response: SecurityGroup of security-group.
// Undo and it is the one in the release.
func (i Info) State() string {
	var out string
	for _, word := range strings.Split(i.Name, "-") {
		out += strings.ToUpper(word[:1]) + word[1:]
	}
	return out
}

// Reading are those of its actions by which what it holds is looked at.
func (i Info) Reading() []string {
	return slices.DeleteFunc(slices.Clone(i.Actions), func(action string) bool { return !reads(action) || slices.Contains(i.Weighing, action) })
}

func reads(action string) bool {
	_, operation, _ := strings.Cut(action, ":")
	return strings.HasPrefix(operation, "Describe") || strings.HasPrefix(operation, "Get") || strings.HasPrefix(operation, "List")
}

// Changes are the operations by which it changes something in AWS.
func (i Info) Changes() []string {
	var out []string
	for _, action := range i.Actions {
		_, operation, _ := strings.Cut(action, ":")
		if !reads(action) && operation != "CreateTags" {
			out = append(out, operation)
		}
	}
	return out
}

// Step is what a person does: a sentence or a command of the AWS CLI.
type Step struct {
	Say     string
	Command []string // its words, not quoted: "ec2", "describe-instances", "--instance-ids", "i-0abc"
	// Lines are words that lines of the command's output are wanted with; none wants all.
	Lines []string
}

// Group is a group of services that one function, with a role of its own, reaches.
type Group string

// Function is the name of the group's function, and FunctionID the one that it has in the
// template and, as the placeholder of an ARN, in the definitions.
func (g Group) Function() string { return "measures-" + string(g) }

// FunctionID is MeasuresNetworkFunction of network. See Function.
func (g Group) FunctionID() string {
	return "Measures" + strings.ToUpper(string(g[:1])) + string(g[1:]) + "Function"
}

// The groups of services.
const (
	Network  Group = "network"  // security groups and network interfaces
	Instance Group = "instance" // attributes of instances
	Identity Group = "identity" // policies of roles, and keys of users
	Scaling  Group = "scaling"  // instances in Auto Scaling groups
)

// Way is a way in, out or to the end of a compromised resource.
type Way string

// The ways of an instance.
const (
	Border      Way = "border"       // what crosses the subnet's border
	Inside      Way = "inside"       // hosts in the same subnet
	Resolver    Way = "resolver"     // DNS through the VPC's resolver
	Metadata    Way = "metadata"     // the instance metadata service
	Host        Way = "host"         // what else the host answers the instance
	Credentials Way = "credentials"  // credentials that the instance's role was given
	Ending      Way = "ending"       // the end of the instance, and of its evidence
	GroupEnding Way = "group-ending" // its end by an Auto Scaling group, which no protection hinders
)

// The ways of a user's access key.
const (
	Signing  Way = "signing"  // what is signed with the key
	Sessions Way = "sessions" // temporary credentials that it was used to get
)

// Open is a way that is open, and how far.
type Open struct {
	Way  Way
	Text string
	// Brief is the same in a few words, for a list of them in a sentence.
	Brief string
}

// ways are those of each kind of resource, with what is open on each where no measure closes it. The
// rules of an instance's are those of https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
var ways = map[quarantine.Kind][]Open{quarantine.KindInstance: {
	{Border, "Everything that crosses the subnet's border.", "everything that crosses the subnet's border"},
	{Inside, "Hosts in the same subnet: nothing stands between them.", "hosts in the same subnet"},
	{Resolver, "DNS through the VPC's resolver: look-ups and DNS tunnelling go on, and so do DNS findings.",
		"DNS through the VPC's resolver (tunnelling too)"},
	{Metadata, "The instance metadata service.", "instance metadata"},
	{Host, "DHCP, time sync and licence activation: the host goes on answering them.", "DHCP, time sync, licence activation"},
	{Credentials, "Credentials already issued to the instance's role: they work from anywhere until they expire or are revoked.",
		"credentials that its role was issued, from anywhere"},
	{Ending, "The end of the instance: a call of the API or its own shutdown can stop or terminate it, and its evidence with it.",
		"its end by the API or its own shutdown"},
	{GroupEnding, "The end of the instance by its Auto Scaling group" + IfInGroup + ": it fails its health checks once it is cut off, and the group ends it, whatever protects it.",
		"its end by its Auto Scaling group" + IfInGroup},
}, quarantine.KindAccessKey: {
	{Signing, "Whatever is signed with the key: it works from anywhere.", "whatever is signed with the key, from anywhere"},
	{Sessions, "Temporary credentials that the key was used to get: they work from anywhere until they expire, whatever becomes of the key.",
		"temporary credentials that the key was used to get, until they expire"},
}}

// IfInGroup is in what is said of a group where nobody knows whether there is one.
const IfInGroup = ", if it is in one"

// StaysOpen says what of a resource of that kind is open while these measures hold, way by way.
func StaysOpen(kind quarantine.Kind, held []Info) []string {
	return open(ways[kind], held)
}

// StaysOpenOn says what is open on these ways while these measures hold.
func StaysOpenOn(on []Way, held []Info) []string {
	var of []Open
	for _, kind := range slices.Sorted(maps.Keys(ways)) {
		for _, w := range ways[kind] {
			if slices.Contains(on, w.Way) {
				of = append(of, w)
			}
		}
	}
	return open(of, held)
}

// open says what is open on ways: what their measures leave, or all of one that none closes.
func open(of []Open, held []Info) []string {
	var out []string
	for _, w := range of {
		closed := false
		for _, m := range held {
			if !slices.Contains(m.Closes, w.Way) {
				continue
			}
			closed = true
			for _, o := range m.Leaves {
				if o.Way == w.Way && !slices.Contains(out, o.Text) {
					out = append(out, o.Text)
				}
			}
		}
		if !closed {
			out = append(out, w.Text)
		}
	}
	return out
}

// StaysOpenAlone says what is open while it contains in place of the cut, and nothing else holds.
func (i Info) StaysOpenAlone() []string {
	return AtTheBorder(Texts(i.Alone), StaysOpen(i.Kind, []Info{i}))
}

// Texts are what is said of ways that are open.
func Texts(all []Open) []string {
	var out []string
	for _, o := range all {
		out = append(out, o.Text)
	}
	return out
}

// Briefs gives the few words for each text about what is open, of every kind of resource and of
// what these measures leave.
func Briefs(of []Info) map[string]string {
	out := map[string]string{}
	add := func(all []Open) {
		for _, o := range all {
			out[o.Text] = o.Brief
		}
	}
	for _, kind := range ways {
		add(kind)
	}
	for _, m := range of {
		add(m.Leaves)
		add(m.Alone)
	}
	return out
}

// AtTheBorder is what is open where the border is closed with these reservations.
func AtTheBorder(reservations, open []string) []string {
	border := StaysOpenOn([]Way{Border}, nil)
	return append(slices.Clone(reservations), slices.DeleteFunc(open, func(text string) bool { return slices.Contains(border, text) })...)
}

// Equal tells whether two steps are the same.
func (s Step) Equal(other Step) bool {
	return s.Say == other.Say && slices.Equal(s.Command, other.Command) && slices.Equal(s.Lines, other.Lines)
}
