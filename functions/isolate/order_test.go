package isolate

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func hint(vpcs ...string) func(*world, *Request) {
	return func(_ *world, in *Request) {
		in.Finding.Instances[1].Interfaces = nil
		for _, v := range vpcs {
			in.Finding.Instances[1].Interfaces = append(in.Finding.Instances[1].Interfaces, quarantine.AccusedInterface{VPCID: v})
		}
	}
}

func under(l quarantine.Limits) func(*world, *Request) {
	return func(_ *world, in *Request) { in.Limits = l }
}

func both(a, b func(*world, *Request)) func(*world, *Request) {
	return func(w *world, in *Request) { a(w, in); b(w, in) }
}

// Every call, with the round trip that it belongs to. The lock, taken by the
// state machine, is one more before: the cut is in the fourth at the latest
// where the finding's VPC is right. The write-ahead precedes every replacement
// (I3), a read follows it before anything is claimed (I5).
var orders = []struct {
	name, instance string
	given          func(*world, *Request)
	want           []string
}{
	{"the VPC has no quarantine ACL yet", "i-web", hint("vpc-1"), []string{
		"1 Instance i-web", "1 NetworkACLs vpc-1",
		"2 RecordOriginal subnet-a", "2 CreateNetworkACL vpc-1",
		"3 ReplaceAssociation subnet-a",
		"4 NetworkACLs vpc-1",
		"5 Verified subnet-a", "5 TagNetworkACL acl-vpc-1-q1", "5 Append inc-web",
		"6 Contained inc-web",
	}},
	{"an isolation that is counted: one call more, and no round trip", "i-web", under(generous), []string{
		"1 Instance i-web", "1 NetworkACLs vpc-1", "1 CountIsolation vpc-1",
		"2 RecordOriginal subnet-a", "2 CreateNetworkACL vpc-1",
		"3 ReplaceAssociation subnet-a",
		"4 NetworkACLs vpc-1",
		"5 Verified subnet-a", "5 TagNetworkACL acl-vpc-1-q1", "5 Append inc-web",
		"6 Contained inc-web",
	}},
	{"the finding's subnet is stale: it is counted again", "i-pair", under(generous), []string{
		"1 Instance i-pair", "1 NetworkACLs vpc-1", "1 CountIsolation vpc-1",
		"2 CountIsolation vpc-1",
		"3 RecordOriginal subnet-a", "3 RecordOriginal subnet-c", "3 CreateNetworkACL vpc-1",
		"4 ReplaceAssociation subnet-a", "4 ReplaceAssociation subnet-c",
		"5 NetworkACLs vpc-1",
		"6 Verified subnet-a", "6 Verified subnet-c", "6 TagNetworkACL acl-vpc-1-q1", "6 Append inc-pair",
		"7 Contained inc-pair",
	}},
	{"the finding's VPC is stale: it is counted beside the read that is missing", "i-web", both(hint("vpc-2"), under(generous)), []string{
		"1 Instance i-web", "1 NetworkACLs vpc-2", "1 CountIsolation vpc-2",
		"2 NetworkACLs vpc-1", "2 CountIsolation vpc-1",
		"3 RecordOriginal subnet-a", "3 CreateNetworkACL vpc-1",
		"4 ReplaceAssociation subnet-a",
		"5 NetworkACLs vpc-1",
		"6 Verified subnet-a", "6 TagNetworkACL acl-vpc-1-q1", "6 Append inc-web",
		"7 Contained inc-web",
	}},
	{"the VPC's quarantine ACL stands: one call fewer", "i-web", func(w *world, _ *Request) { w.addOurs("vpc-1", "acl-q") }, []string{
		"1 Instance i-web", "1 NetworkACLs vpc-1",
		"2 RecordOriginal subnet-a",
		"3 ReplaceAssociation subnet-a",
		"4 NetworkACLs vpc-1",
		"5 Verified subnet-a", "5 TagNetworkACL acl-q", "5 Append inc-web",
		"6 Contained inc-web",
	}},
	{"the subnet is under quarantine: a holder, and nothing changed but tags", "i-web", func(w *world, _ *Request) { w.addOurs("vpc-1", "acl-q", "subnet-a") }, []string{
		"1 Instance i-web", "1 NetworkACLs vpc-1",
		"2 Hold subnet-a",
		"3 NetworkACLs vpc-1",
		"4 Verified subnet-a", "4 TagNetworkACL acl-q", "4 Append inc-web",
		"5 Contained inc-web",
	}},
	{"one of two subnets is under quarantine", "i-pair", func(w *world, _ *Request) { w.addOurs("vpc-1", "acl-q", "subnet-a") }, []string{
		"1 Instance i-pair", "1 NetworkACLs vpc-1",
		"2 Hold subnet-a", "2 RecordOriginal subnet-c",
		"3 ReplaceAssociation subnet-c",
		"4 NetworkACLs vpc-1",
		"5 Verified subnet-a", "5 Verified subnet-c", "5 TagNetworkACL acl-q", "5 Append inc-pair",
		"6 Contained inc-pair",
	}},
	{"two subnets of one VPC: one ACL, side by side", "i-pair", hint("vpc-1"), []string{
		"1 Instance i-pair", "1 NetworkACLs vpc-1",
		"2 RecordOriginal subnet-a", "2 RecordOriginal subnet-c", "2 CreateNetworkACL vpc-1",
		"3 ReplaceAssociation subnet-a", "3 ReplaceAssociation subnet-c",
		"4 NetworkACLs vpc-1",
		"5 Verified subnet-a", "5 Verified subnet-c", "5 TagNetworkACL acl-vpc-1-q1", "5 Append inc-pair",
		"6 Contained inc-pair",
	}},
	{"two VPCs, side by side", "i-wide", hint("vpc-1", "vpc-2", "vpc-1"), []string{
		"1 Instance i-wide", "1 NetworkACLs vpc-1", "1 NetworkACLs vpc-2",
		"2 RecordOriginal subnet-b", "2 CreateNetworkACL vpc-1",
		"3 ReplaceAssociation subnet-b",
		"2 RecordOriginal subnet-x", "2 CreateNetworkACL vpc-2",
		"3 ReplaceAssociation subnet-x",
		"4 NetworkACLs vpc-1", "4 NetworkACLs vpc-2",
		"5 Verified subnet-b", "5 Verified subnet-x", "5 TagNetworkACL acl-vpc-1-q1", "5 TagNetworkACL acl-vpc-2-q1", "5 Append inc-wide",
		"6 Contained inc-wide",
	}},
	{"the finding's VPC is stale: one more read, and the right cut", "i-web", hint("vpc-2"), []string{
		"1 Instance i-web", "1 NetworkACLs vpc-2",
		"2 NetworkACLs vpc-1",
		"3 RecordOriginal subnet-a", "3 CreateNetworkACL vpc-1",
		"4 ReplaceAssociation subnet-a",
		"5 NetworkACLs vpc-1",
		"6 Verified subnet-a", "6 TagNetworkACL acl-vpc-1-q1", "6 Append inc-web",
		"7 Contained inc-web",
	}},
	{"the finding names no VPC", "i-web", hint(""), readsAfterwards},
	{"the finding does not describe the instance", "i-web", func(_ *world, in *Request) { in.Finding.Instances = nil }, readsAfterwards},
}

// readsAfterwards are the calls where only the instance tells which VPC to read.
var readsAfterwards = []string{
	"1 Instance i-web",
	"2 NetworkACLs vpc-1",
	"3 RecordOriginal subnet-a", "3 CreateNetworkACL vpc-1",
	"4 ReplaceAssociation subnet-a",
	"5 NetworkACLs vpc-1",
	"6 Verified subnet-a", "6 TagNetworkACL acl-vpc-1-q1", "6 Append inc-web",
	"7 Contained inc-web",
}

func TestCallsAndTheirRounds(t *testing.T) {
	t.Parallel()
	for _, o := range orders {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			w, in := newWorld(t), request(o.instance)
			o.given(w, &in)
			if _, err := w.handle(t, in); err != nil {
				t.Fatal(err)
			}
			same(t, "calls", o.want, w.rounds(0))
		})
	}
}

// A VPC that the instance is not in does not matter, not even if it cannot be read.
func TestAStaleVPCMayBeUnreadable(t *testing.T) {
	t.Parallel()
	w, in := newWorld(t), request("i-web")
	hint("vpc-2")(w, &in)
	w.inject(fault{on: "NetworkACLs vpc-2", err: quarantine.Failf(quarantine.AccessDenied, "no")})
	if _, err := w.handle(t, in); err != nil {
		t.Fatal(err)
	}
	same(t, "the ACL on subnet-a", "acl-vpc-1-q1", w.under()["subnet-a"])
}
