package simulate_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/asl"
	"github.com/ec2-quarantine/quarantine/internal/simulate"
)

// checkInvariants looks only at the account, the ledger, the messages and the
// histories of a report. instances are those that findings accused, with the
// subnets that they have interfaces in.
func checkInvariants(t *testing.T, r *simulate.Report, subnets map[string][]string) {
	t.Helper()
	checkEveryFindingEnds(t, r)
	checkOnlyTheirSubnetsChange(t, r, subnets)
	checkWriteAhead(t, r)
	checkOnce(t, r, subnets)
	checkClaims(t, r)
	checkNothingStaysIsolating(t, r)
	checkSecrets(t, r)
}

// ends are the states in which an execution may end, and the kind of message
// that must have gone out where one must.
var ends = map[string]string{
	"Contained": "contained", "Joined": "", "Told": "told-only", "Ignored": "", "FannedOut": "",
	"MalformedEvent": "malformed", "TriageFailed": "containment-failed", "ContainmentFailed": "containment-failed",
	"EvidenceFailed": "contained", "ContainedButUntold": "", "Untold": "", "ContainmentFailedUntold": "", "MalformedUntold": "",
	"FanOutIncomplete": "", "LeftUncut": "", "AwaitingDecision": "",
}

// I1 and, with it, I6's half about telling.
func checkEveryFindingEnds(t *testing.T, r *simulate.Report) {
	t.Helper()
	for _, e := range r.Executions {
		last := e.Path[len(e.Path)-1]
		kind, known := ends[last]
		if !known {
			t.Errorf("I1: %s ended in %s (%s: %s)", e.Name, last, e.Error, e.Cause)
		}
		if kind != "" && !told(r, kind, e) {
			t.Errorf("I1: %s ended in %s and nobody was told %s", e.Name, last, kind)
		}
		red := e.Status != asl.StatusSucceeded
		if untold := strings.Contains(last, "Untold"); untold && !red {
			t.Errorf("I1: %s ended green in %s", e.Name, last)
		}
	}
}

// told tells whether a message of that kind went out that leads to the execution.
func told(r *simulate.Report, kind string, e simulate.Execution) bool {
	return slices.ContainsFunc(r.Notifications, func(n simulate.Notification) bool {
		return n.Kind == kind && strings.Contains(n.Text, e.Name)
	})
}

// I2.
func checkOnlyTheirSubnetsChange(t *testing.T, r *simulate.Report, subnets map[string][]string) {
	t.Helper()
	var allowed []string
	for _, s := range subnets {
		allowed = append(allowed, s...)
	}
	for subnet := range quarantined(t, r) {
		if !slices.Contains(allowed, subnet) {
			t.Errorf("I2: %s is cut off, and no accused instance is in it", subnet)
		}
	}
}

// I3: whatever is under quarantine has its original on record.
func checkWriteAhead(t *testing.T, r *simulate.Report) {
	t.Helper()
	records := records(r, "SUBNET#")
	for subnet := range quarantined(t, r) {
		record, ok := records[subnet]
		if !ok || text(record, "originalAcl") == "" || text(record, "originalAssociation") == "" {
			t.Errorf("I3: %s is cut off and its original is not on record: %v", subnet, record)
		}
	}
}

// I4.
func checkOnce(t *testing.T, r *simulate.Report, subnets map[string][]string) {
	t.Helper()
	replaced, sets := 0, 0
	for _, c := range r.Calls {
		if c.Error != "" {
			continue
		}
		switch c.Operation {
		case "ReplaceNetworkAclAssociation":
			replaced++
		case "CreateSnapshots":
			sets++
		}
	}
	var distinct []string
	for _, s := range subnets {
		distinct = append(distinct, s...)
	}
	slices.Sort(distinct)
	if most := len(slices.Compact(distinct)); replaced > most {
		t.Errorf("I4: %d replacements for %d subnets", replaced, most)
	}
	if sets > len(subnets) {
		t.Errorf("I4: %d evidence sets for %d instances", sets, len(subnets))
	}
}

// I5: contained is claimed only of subnets that are cut off.
func checkClaims(t *testing.T, r *simulate.Report) {
	t.Helper()
	cut := quarantined(t, r)
	for _, e := range r.Executions {
		if e.Path[len(e.Path)-1] != "Contained" {
			continue
		}
		var out struct{ Subnets []string }
		convert(t, e.Output, &out)
		if len(out.Subnets) == 0 {
			t.Errorf("I5: %s claims containment of nothing", e.Name)
		}
		for _, subnet := range out.Subnets {
			if cut[subnet] == "" {
				t.Errorf("I5: %s claims containment, and %s is not cut off", e.Name, subnet)
			}
		}
	}
	for _, n := range r.Notifications {
		if n.Kind == "contained" && len(cut) == 0 {
			t.Error("I5: containment was told, and no subnet is cut off")
		}
	}
}

// I6's other half.
func checkNothingStaysIsolating(t *testing.T, r *simulate.Report) {
	t.Helper()
	for key, lock := range records(r, "INSTANCE#") {
		if text(lock, "sk") == "LOCK" && text(lock, "status") == "isolating" {
			t.Errorf("I6: %s is still isolating after every execution has ended", key)
		}
	}
}

// I11: the webhook's address is planted, and must be nowhere.
func checkSecrets(t *testing.T, r *simulate.Report) {
	t.Helper()
	everything, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"hooks.slack.invalid", "services/simulated"} {
		if strings.Contains(string(everything), secret) {
			t.Errorf("I11: %q is in the report", secret)
		}
	}
}

// quarantined gives the subnets that are under one of our ACLs, with its id.
func quarantined(t *testing.T, r *simulate.Report) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, acl := range acls(t, r) {
		ours := slices.ContainsFunc(acl.Tags, func(tag tag) bool { return tag.Key == "quarantine:product" })
		for _, a := range acl.Associations {
			if ours {
				out[a.SubnetID] = acl.NetworkACLID
			}
		}
	}
	return out
}

// acl is a network ACL as describe-network-acls prints it.
type acl struct {
	NetworkACLID string `json:"NetworkAclId"`
	Tags         []tag
	Associations []struct {
		NetworkACLAssociationID string `json:"NetworkAclAssociationId"`
		SubnetID                string `json:"SubnetId"`
	}
}

type tag struct{ Key, Value string }

func acls(t *testing.T, r *simulate.Report) (out []acl) {
	t.Helper()
	convert(t, r.Account.NetworkACLs, &out)
	return out
}

func convert(t *testing.T, from, to any) {
	t.Helper()
	encoded, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(encoded, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// indented is a report as JSON.
func indented(t *testing.T, r *simulate.Report) string {
	t.Helper()
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// records gives the ledger's items whose key has the prefix, by the last part
// of the key: the instance, the subnet, the incident.
func records(r *simulate.Report, prefix string) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, item := range r.Ledger {
		fields := item.(map[string]any)
		if key := text(fields, "pk"); strings.HasPrefix(key, prefix) {
			out[key[strings.LastIndex(key, "#")+1:]] = fields
		}
	}
	return out
}

// text is an attribute's value as text; sets are joined.
func text(fields map[string]any, name string) string {
	value, _ := fields[name].(map[string]any)
	for _, v := range value {
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(v), " ", ","), "[]")
	}
	return ""
}

// count counts the calls of an operation that were answered.
func count(r *simulate.Report, operation string) (n int) {
	for _, c := range r.Calls {
		if c.Operation == operation && c.Error == "" {
			n++
		}
	}
	return n
}
