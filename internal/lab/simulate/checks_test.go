package simulate_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
)

// secrets are the simulation's secrets, which no output may hold.
var secrets = []string{"hooks.slack.invalid", "services/simulated", signingKey}

// world describes a run on the network: the hosts that the events accuse, and whether a
// fault is injected.
func world(troubled bool, events ...simulate.Event) invariants.World {
	w := invariants.World{Accused: map[string][]string{}, Troubled: troubled, Secrets: secrets}
	for host, subnets := range where {
		for _, e := range events {
			if strings.Contains(string(e.Body), host) {
				w.Accused[host] = subnets
			}
		}
	}
	return w
}

// checked simulates, and checks every invariant, and every write against the ledger's schema.
func checked(t *testing.T, o simulate.Options, w invariants.World) *simulate.Report {
	t.Helper()
	o.Record = true
	r, err := simulate.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range invariants.Check(r, w) {
		t.Error(v)
	}
	for _, fault := range writeFaults(r, ledger.Schema(register.Grouped())) {
		t.Error(fault)
	}
	return r
}

// quarantined maps the subnets under a quarantine ACL to that ACL's ID.
func quarantined(t *testing.T, r *simulate.Report) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, acl := range acls(t, r) {
		madeByProduct := slices.ContainsFunc(acl.Tags, func(tag tag) bool { return tag.Key == "quarantine:product" })
		for _, a := range acl.Associations {
			if madeByProduct {
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

// indented is a report as indented JSON.
func indented(t *testing.T, r *simulate.Report) string {
	t.Helper()
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// records returns the ledger's items whose key has the prefix, by the last part of the key:
// the instance, the subnet, or the incident.
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

// incidents are the items of incidents that were contained.
func incidents(r *simulate.Report) (out []map[string]any) {
	for _, item := range r.Ledger {
		if fields := item.(map[string]any); text(fields, "sk") == "INCIDENT" {
			out = append(out, fields)
		}
	}
	return out
}

// text is an attribute's value as text; a set's members are joined.
func text(fields map[string]any, name string) string {
	value, _ := fields[name].(map[string]any)
	for _, v := range value {
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(v), " ", ","), "[]")
	}
	return ""
}

// count is the number of an operation's calls that succeeded.
func count(r *simulate.Report, operation string) (n int) {
	for _, c := range r.Calls {
		if c.Operation == operation && c.Error == "" {
			n++
		}
	}
	return n
}
