package uninstall_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/functions/release"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// A cut isolates a subnet subnet-N with its instance i-N, in a VPC vpc-N of its own;
// N is eight hexadecimal digits.
const (
	subnetOne, instanceOne = "subnet-00000001", "i-00000001"
	subnetTwo              = "subnet-00000002"
	subnetPast, vpcPast    = "subnet-000000ff", "vpc-000000ff"
)

func instanceIn(subnet string) string { return "i-" + subnet[len("subnet-"):] }
func vpcOf(subnet string) string      { return "vpc-" + subnet[len("subnet-"):] }
func before(subnet string) string     { return "acl-" + subnet[len("subnet-"):] } // the subnet's original ACL

// functions are the deployment's isolate and release functions.
func (w *world) functions() (*isolate.Handler, *release.Handler) {
	log := slog.New(slog.DiscardHandler)
	return &isolate.Handler{Accounts: accounts.New(aws.Config{}, w.ID(), w.Region()), Instances: w.fleet, Beside: w.fleet, ACLs: w.fleet, Ledger: w.ledger, Clock: worldClock{w}, Log: log},
		&release.Handler{Instances: w.fleet, ACLs: w.fleet, Ledger: w.ledger, Clock: worldClock{w}, Log: log}
}

// cut opens an incident that holds a subnet by a quarantine ACL, with two snapshots
// as evidence, of which only one is on record.
func (w *world) cut(id, subnet string) *world {
	w.t.Helper()
	w.contain(id, subnet)
	w.record(id, w.snapshot(id, subnet, quarantine.Product))
	w.snapshot(id, subnet, quarantine.Product)
	return w
}

// contain isolates the subnet with the isolate function.
func (w *world) contain(id, subnet string) {
	w.t.Helper()
	vpc := vpcOf(subnet)
	w.AddVPC(account.VPC{ID: vpc})
	w.AddACL(account.ACL{ID: before(subnet), VPC: vpc})
	w.AddSubnet(account.Subnet{ID: subnet, VPC: vpc, CIDR: "10.0.1.0/24", ACL: before(subnet)})
	w.AddInstance(account.Instance{ID: instanceIn(subnet), Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: "10.0.1.10"}}, Volumes: []account.Volume{{}}})
	claim := quarantine.Claim{Incident: id, Owner: strings.Replace(machine, ":stateMachine:", ":execution:", 1) + ":" + id,
		Resource: quarantine.Resource{AccountID: w.ID(), Region: w.Region(), Kind: quarantine.KindInstance, ID: instanceIn(subnet)}}
	w.lock(claim, quarantine.StatusIsolating)
	cut, _ := w.functions()
	done, err := cut.Handle(context.Background(), isolate.Request{
		Claim: claim, Finding: quarantine.Finding{ID: "f-" + id, EventTime: w.now}, Approved: true, Execution: quarantine.Execution{ID: claim.Owner, Name: id},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.acls[id] = done.Subnets[0].After
	w.now = w.now.Add(time.Millisecond) // incidents are listed by time
}

// fail opens an incident whose isolation failed before it held anything. Its instance
// exists only if it was added.
func (w *world) fail(id, instance string) *world {
	w.t.Helper()
	w.lock(quarantine.Claim{Incident: id, Owner: strings.Replace(machine, ":stateMachine:", ":execution:", 1) + ":" + id,
		Resource: quarantine.Resource{AccountID: w.ID(), Region: w.Region(), Kind: quarantine.KindInstance, ID: instance}}, quarantine.StatusFailed)
	return w
}

// lock writes the lock as the state machine does.
func (w *world) lock(c quarantine.Claim, status quarantine.Status) {
	w.t.Helper()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	_, err := w.DynamoDB().PutItem(context.Background(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: map[string]types.AttributeValue{
		"pk": text(quarantine.LockKey(c.Resource)), "sk": text("LOCK"), "incident": text(c.Incident), "owner": text(c.Owner),
		"status": text(string(status)), "listed": text("open"), "listedAt": text("2026-03-04T12:00:00.000Z"), "leaseUntil": &types.AttributeValueMemberN{Value: fmt.Sprint(w.now.Add(time.Hour).Unix())},
	}})
	if err != nil {
		w.t.Fatal(err)
	}
}

// snapshot creates a snapshot of the subnet's instance for an incident.
func (w *world) snapshot(incident, subnet, product string) string {
	w.t.Helper()
	set, err := w.fleet.CreateSnapshots(context.Background(), quarantine.Resource{ID: instanceIn(subnet)}, "evidence",
		map[string]string{quarantine.TagProduct: product, quarantine.TagIncident: incident})
	if err != nil {
		w.t.Fatal(err)
	}
	return set[0].ID
}

// finalList is the artifact that lists an incident's snapshots.
const finalList = "snapshots-final"

// record writes the list of an incident's snapshots to the ledger.
func (w *world) record(incident string, ids ...string) {
	w.t.Helper()
	var list []quarantine.Snapshot
	for _, id := range ids {
		list = append(list, quarantine.Snapshot{ID: id})
	}
	body, err := json.Marshal(list)
	if err != nil {
		w.t.Fatal(err)
	}
	sum := sha256.Sum256(body)
	kept := quarantine.Artifact{Name: finalList, SHA256: hex.EncodeToString(sum[:]), Bytes: len(body), TakenAt: w.now}
	if _, err := w.ledger.Keep(context.Background(), incident, kept, body); err != nil {
		w.t.Fatal(err)
	}
	w.listed[incident] = ids
}

// let releases an incident with the release function. It leaves the quarantine ACL, as
// a release does if its last call fails.
func (w *world) let(ctx context.Context, incident, reason string) error {
	mend := w.Inject(account.Fault{Operation: "DeleteNetworkAcl", Kind: account.Code, Code: "DependencyViolation"})
	defer mend()
	_, undo := w.functions()
	in := release.Request{Incident: incident, Reason: reason, By: "a person", Execution: quarantine.Execution{ID: releases + ":" + incident, Name: incident}}
	for _, in.Step = range []string{release.Begin, release.Subnets, release.Conclude} {
		if in.Step == release.Conclude && w.takesBack {
			if err := w.open(ctx, incident, in.Execution.ID); err != nil {
				return err
			}
		}
		var err error
		if in.Release, err = undo.Handle(ctx, in); err != nil {
			return err
		}
	}
	return nil
}

// past adds an incident that was released before; its quarantine ACL is removed.
func past(w *world) *world {
	w.t.Helper()
	w.contain("inc-past", subnetPast)
	err := w.let(context.Background(), "inc-past", "it is clean")
	if err == nil {
		err = w.fleet.DeleteNetworkACL(context.Background(), quarantine.Resource{}, w.acls["inc-past"])
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return w
}

// customACLs are the account's ACLs that are not a VPC's default.
func (w *world) customACLs() (out []quarantine.NetworkACL) {
	w.t.Helper()
	for _, subnet := range []string{subnetOne, subnetTwo, subnetPast} {
		acls, err := w.fleet.NetworkACLs(context.Background(), quarantine.Resource{}, vpcOf(subnet))
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, slices.DeleteFunc(acls, func(a quarantine.NetworkACL) bool { return a.Default })...)
	}
	return out
}

// quarantineACLs are the existing quarantine ACLs.
func (w *world) quarantineACLs() []quarantine.NetworkACL {
	w.t.Helper()
	return slices.DeleteFunc(w.customACLs(), func(a quarantine.NetworkACL) bool { return !a.MadeByProduct() })
}

// under is the current ACL of a subnet.
func (w *world) under(subnet string) string {
	w.t.Helper()
	for _, acl := range w.customACLs() {
		if slices.ContainsFunc(acl.Associations, func(a quarantine.Association) bool { return a.SubnetID == subnet }) {
			return acl.ID
		}
	}
	return "the VPC's default"
}

// acl creates an ACL in the past incident's VPC, or tags the default ACL if byAWS is set.
func (w *world) acl(tags map[string]string, byAWS bool) string {
	w.t.Helper()
	if !byAWS {
		return w.AddACL(account.ACL{VPC: vpcPast, Tags: tags})
	}
	acls, err := w.fleet.NetworkACLs(context.Background(), quarantine.Resource{}, vpcPast)
	at := slices.IndexFunc(acls, func(a quarantine.NetworkACL) bool { return a.Default })
	if err == nil {
		err = w.fleet.TagNetworkACL(context.Background(), quarantine.Resource{}, acls[at].ID, tags)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return acls[at].ID
}

// made puts an ACL on record as made.
func (w *world) made(acl string) {
	w.t.Helper()
	if _, err := w.ledger.Making(context.Background(), quarantine.MeasureCut, quarantine.Resource{AccountID: w.ID(), Region: w.Region()}, acl, acl); err != nil {
		w.t.Fatal(err)
	}
}

// has tells whether the ACL exists in the past incident's VPC.
func (w *world) has(acl string) bool {
	w.t.Helper()
	acls, err := w.fleet.NetworkACLs(context.Background(), quarantine.Resource{}, vpcPast)
	if err != nil {
		w.t.Fatal(err)
	}
	return slices.ContainsFunc(acls, func(a quarantine.NetworkACL) bool { return a.ID == acl })
}

func (w *world) overview() []quarantine.Incident {
	w.t.Helper()
	all, err := w.ledger.AllIncidents(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

func (w *world) tagged(incident string) []quarantine.Snapshot {
	w.t.Helper()
	all, err := w.fleet.Snapshots(context.Background(), quarantine.Resource{}, quarantine.TagIncident, incident)
	if err != nil {
		w.t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(s quarantine.Snapshot) bool { return slices.Contains(w.deleted, s.ID) })
}

// The ports below are the adapters, wrapped by do so that each call can fail.

func (w *world) NetworkACLs(ctx context.Context, r quarantine.Resource, vpc string) (out []quarantine.NetworkACL, err error) {
	err = w.do(ctx, "NetworkACLs "+vpc, func() (err error) { out, err = w.fleet.NetworkACLs(ctx, r, vpc); return err })
	return out, err
}

func (w *world) DeleteNetworkACL(ctx context.Context, r quarantine.Resource, id string) error {
	return w.do(ctx, "DeleteNetworkACL "+id, func() error { return w.fleet.DeleteNetworkACL(ctx, r, id) })
}

func (w *world) AllIncidents(ctx context.Context) (out []quarantine.Incident, err error) {
	err = w.do(ctx, "AllIncidents", func() (err error) { out, err = w.ledger.AllIncidents(ctx); return err })
	return out, err
}

func (w *world) Incident(ctx context.Context, id string) (out quarantine.Incident, err error) {
	err = w.do(ctx, "Incident "+id, func() (err error) { out, err = w.ledger.Incident(ctx, id); return err })
	return out, err
}

func (w *world) Instance(ctx context.Context, r quarantine.Resource) (out quarantine.Instance, err error) {
	err = w.do(ctx, "Instance "+r.ID, func() (err error) { out, err = w.fleet.Instance(ctx, r); return err })
	return out, err
}

func (w *world) EndUncut(ctx context.Context, ended quarantine.Incident) (closed bool, err error) {
	err = w.do(ctx, "EndUncut "+ended.ID, func() (err error) { closed, err = w.ledger.EndUncut(ctx, ended); return err })
	return closed, err
}

func (w *world) Tagged(ctx context.Context, in quarantine.Incident) (out []quarantine.Snapshot, err error) {
	err = w.do(ctx, "Tagged "+in.ID, func() error { out = w.tagged(in.ID); return nil })
	return out, err
}

func (w *world) Release(ctx context.Context, in quarantine.Incident, by, reason string) error {
	return w.do(ctx, fmt.Sprintf("Release %s by %q: %s", in.ID, by, reason), func() error {
		if w.drifts {
			for _, q := range in.HeldQuarantines() {
				w.SwapACL(q.SubnetID, w.AddACL(account.ACL{VPC: q.VPCID}))
			}
		}
		return w.let(ctx, in.ID, reason)
	})
}
