package simulate

import (
	"encoding/json"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Report is what happened in a simulation.
type Report struct {
	Executions    []history.Execution `json:"executions"`
	Account       Account             `json:"account"`
	Ledger        []any               `json:"ledger"` // in DynamoDB's JSON
	Calls         []Call              `json:"calls"`
	Notifications []Notification      `json:"notifications"` // to people
	Events        []BusEvent          `json:"events"`        // for programs: the same news
	Probes        []Probe             `json:"probes"`
	// Credentials are those of instances whose roles are known to allow something.
	Credentials []*Credential `json:"credentials,omitempty"`
	// Rules are those that the probes' answers follow from.
	Rules map[account.PathRule]RuleText `json:"rules"`

	// Incidents need Options.Incidents.
	Incidents []quarantine.Incident `json:"-"`

	// The following fields need Options.Record. They are for checks of the whole run.

	Sent    []Sending        `json:"-"` // in the order of sending
	Changes []account.Change `json:"-"` // of associations, by calls and by others
	Log     string           `json:"-"` // the functions' log, one JSON object per line
}

// Account is the state of EC2 after the simulation.
type Account struct {
	NetworkACLsBefore []any `json:"networkAclsBefore"` // before the simulation
	NetworkACLs       []any `json:"networkAcls"`       // elements of describe-network-acls
	Snapshots         []any `json:"snapshots"`         // elements of describe-snapshots
	// SnapshotLocks are the states of the snapshots' locks that stand, by id.
	SnapshotLocks map[string]string `json:"snapshotLocks"`
	// Attributes are those of instances and interfaces that calls can set, by id.
	AttributesBefore map[string]map[string]string `json:"attributesBefore"`
	Attributes       map[string]map[string]string `json:"attributes"`
	// Groups are the Auto Scaling groups: by instance, the states of their members.
	GroupsBefore map[string]map[string]string `json:"groupsBefore"`
	Groups       map[string]map[string]string `json:"groups"`
	// RolesBefore and Roles are the inline policies of roles and users.
	RolesBefore Roles `json:"-"`
	Roles       Roles `json:"-"`
}

// Roles are an account's roles and users at a time.
type Roles struct {
	Policies map[string]map[string]string // of a role, by its name and id: documents by their names
	Of       map[string]string            // the name of the role that an instance has, by the instance's id
	Users    map[string]map[string]string // the inline policies of a user, as those of a role
}

func rolesOf(a *account.Account) Roles {
	return Roles{a.RolePolicies(), a.InstanceRoles(), a.PoliciesOfUsers()}
}

// Call is one call to an AWS API or to Slack.
type Call struct {
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Execution string `json:"execution"`
	// Function is the calling function; empty for the state machine itself.
	Function string `json:"function,omitempty"`
	// BeforeCut marks the calls of an execution that cut, up to and including its last
	// replacement of an association, which is the cut.
	BeforeCut bool `json:"beforeCut"`
	// Round is the call's position in its execution's chain of round trips. Parallel calls have
	// the same round.
	Round   int       `json:"round"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	Error   string    `json:"error,omitempty"` // AWS's error code

	// Seq is the call's position among all calls by their start, from 1.
	Seq int `json:"-"`
	// Applied says that the call took effect, even if its answer was lost.
	Applied bool            `json:"-"`
	Delayed bool            `json:"-"` // its effect is later than its end; see [account.Call]
	Behind  int             `json:"-"` // changes of the service that the answer does not show
	Late    string          `json:"-"` // error code of a delayed call that failed when it was carried out
	Effect  *account.Effect `json:"-"` // needs Options.Record
	Input   any             `json:"-"` // the SDK's input
}

// Notification is a message that a channel accepted.
type Notification struct {
	Channel   string `json:"channel"`
	Kind      string `json:"kind"`
	Subject   string `json:"subject"`
	Text      string `json:"text"`
	Execution string `json:"execution"` // that sent it
	// Slack is the message as it is posted to Slack: blocks, and an attachment with the detail.
	// https://docs.slack.dev/reference/block-kit
	Slack json.RawMessage `json:"slack,omitempty"`
}

// Probe says whether a packet and its answer can pass: before the events, right after the cut, when
// everything that contains has been done, when the subnets were given back while the instance is
// still held ("" if they were not), and at the end, which may be after a release.
type Probe struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Packet is the one that is sent; From and To are for people.
	Packet Packet `json:"packet"`
	Open   bool   `json:"open"` // of a connection that was opened before the events; otherwise of a new one
	// Tracking is what the security groups of each interface on the way do with the connection since
	// it was opened: tracked or untracked.
	Tracking map[string]string `json:"tracking,omitempty"`

	Before    string `json:"before"` // allowed, denied or unknown
	AfterCut  string `json:"afterCut"`
	Contained string `json:"contained"`
	Narrowed  string `json:"narrowed,omitempty"`
	After     string `json:"after"`

	ReasonBefore    string `json:"reasonBefore"`
	ReasonAfterCut  string `json:"reasonAfterCut"`
	ReasonContained string `json:"reasonContained"`
	ReasonNarrowed  string `json:"reasonNarrowed,omitempty"`
	ReasonAfter     string `json:"reasonAfter"`
	// Rules are those that each answer follows from, by the answer's name. What they say, and where
	// AWS says so, is in the report.
	Rules map[string][]account.PathRule `json:"rules"`
}

// Packet is what a probe sends.
type Packet struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Protocol string `json:"protocol"`
	Port     int    `json:"port"`
	IPv6     bool   `json:"ipv6,omitempty"`
}

// answer is where a probe has the answer of a phase.
type answer struct {
	name           string
	answer, reason *string
}

func (p *Probe) phases() [phases]answer {
	return [phases]answer{
		before:    {"before", &p.Before, &p.ReasonBefore},
		afterCut:  {"afterCut", &p.AfterCut, &p.ReasonAfterCut},
		contained: {"contained", &p.Contained, &p.ReasonContained},
		narrowed:  {"narrowed", &p.Narrowed, &p.ReasonNarrowed},
		after:     {"after", &p.After, &p.ReasonAfter},
	}
}

// RuleText is what a rule says, and the address of AWS's document about it; that is "" for what the
// account's description lacks.
type RuleText struct {
	Says     string `json:"says"`
	Document string `json:"document,omitempty"`
}

// rulesOf are the rules that the probes' answers follow from.
func rulesOf(probes []Probe) map[account.PathRule]RuleText {
	out := map[account.PathRule]RuleText{}
	for _, p := range probes {
		for _, rules := range p.Rules {
			for _, r := range rules {
				out[r] = RuleText{Says: r.Says(), Document: r.Document()}
			}
		}
	}
	return out
}

// Results of a probe.
const (
	Allowed = "allowed"
	Denied  = "denied"
	Unknown = "unknown" // neither the account's description nor AWS's documentation tells
)

// What the security groups do with an open connection.
const (
	Tracked   = "tracked"
	Untracked = "untracked"
)
