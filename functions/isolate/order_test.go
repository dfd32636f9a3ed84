package isolate_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/lab/simtime"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// given is what a case has that is not as usual.
type given func(world, *isolate.Request)

// hint has the finding name these VPCs, and no subnets.
func hint(vpcs ...string) given {
	return func(w world, in *isolate.Request) {
		in.Finding.Instances[1].Interfaces = nil
		for _, v := range vpcs {
			in.Finding.Instances[1].Interfaces = append(in.Finding.Instances[1].Interfaces, quarantine.Interface{VPCID: w.ID(v)})
		}
	}
}

// unknown has the finding describe an instance without a VPC.
func unknown(_ world, in *isolate.Request) {
	in.Finding.Instances[1].Interfaces = []quarantine.Interface{{}}
}

func under(l quarantine.Limits) given {
	return func(_ world, in *isolate.Request) { in.Limits = l }
}

func both(a, b given) given {
	return func(w world, in *isolate.Request) { a(w, in); b(w, in) }
}

func underQuarantineACL(subnets ...string) given {
	return func(w world, _ *isolate.Request) {
		w.AddQuarantineACL("vpc-1", "acl-ours")
		for _, s := range subnets {
			w.Swap(s, "acl-ours")
		}
	}
}

const count = "UpdateItem HOUR#2026-11-02T12 eu-central-1 counted"

// Every call, with the round trip that it belongs to. The lock, taken by the
// state machine, is one more before: the cut is in the fourth at the latest
// where the finding's VPC is right. The write-ahead precedes every replacement
// (I3), a read follows it before anything is claimed (I5).
var orders = []struct {
	name, instance string
	given          given
	want           []string
}{
	{"the VPC has no quarantine ACL yet", "i-web", hint("vpc-1"), []string{
		"1 DescribeInstances i-web", "1 DescribeNetworkAcls vpc-1",
		"2 write HOLD subnet-a recorded", "2 CreateNetworkAcl vpc-1",
		"3 ReplaceNetworkAclAssociation subnet-a/1 acl-q1", "3 UpdateItem MADE acl-q1",
		"4 DescribeNetworkAcls vpc-1", "4 DescribeInstances i-web", "4 write HOLD subnet-a put",
		"5 write HOLD subnet-a verified", "5 PutItem EVENT#contained#run-i-web inc-web",
		"6 UpdateItem INCIDENT inc-web", "7 UpdateItem LOCK i-web",
	}},
	{"an isolation that is counted: one call more, and no round trip", "i-web", under(generous), []string{
		"1 DescribeInstances i-web", "1 DescribeNetworkAcls vpc-1", "1 " + count,
		"2 write HOLD subnet-a recorded", "2 CreateNetworkAcl vpc-1",
		"3 ReplaceNetworkAclAssociation subnet-a/1 acl-q1", "3 UpdateItem MADE acl-q1",
		"4 DescribeNetworkAcls vpc-1", "4 DescribeInstances i-web", "4 write HOLD subnet-a put",
		"5 write HOLD subnet-a verified", "5 PutItem EVENT#contained#run-i-web inc-web",
		"6 UpdateItem INCIDENT inc-web", "7 UpdateItem LOCK i-web",
	}},
	{"the finding's subnet is stale: it is counted again", "i-pair", under(generous), []string{
		"1 DescribeInstances i-pair", "1 DescribeNetworkAcls vpc-1", "1 " + count,
		"2 " + count,
		"3 write HOLD subnet-a recorded", "3 write HOLD subnet-c recorded", "3 CreateNetworkAcl vpc-1",
		"4 ReplaceNetworkAclAssociation subnet-a/1 acl-q1", "4 ReplaceNetworkAclAssociation subnet-c/1 acl-q1", "4 UpdateItem MADE acl-q1",
		"5 DescribeNetworkAcls vpc-1", "5 DescribeInstances i-pair", "5 write HOLD subnet-a put", "5 write HOLD subnet-c put",
		"6 write HOLD subnet-a verified", "6 write HOLD subnet-c verified", "6 PutItem EVENT#contained#run-i-pair inc-pair",
		"7 UpdateItem INCIDENT inc-pair", "8 UpdateItem LOCK i-pair",
	}},
	{"the finding's VPC is stale: it is counted beside the read that is missing", "i-web", both(hint("vpc-2"), under(generous)), []string{
		"1 DescribeInstances i-web", "1 DescribeNetworkAcls vpc-2", "1 " + count,
		"2 DescribeNetworkAcls vpc-1", "2 " + count,
		"3 write HOLD subnet-a recorded", "3 CreateNetworkAcl vpc-1",
		"4 ReplaceNetworkAclAssociation subnet-a/1 acl-q1", "4 UpdateItem MADE acl-q1",
		"5 DescribeNetworkAcls vpc-1", "5 DescribeInstances i-web", "5 write HOLD subnet-a put",
		"6 write HOLD subnet-a verified", "6 PutItem EVENT#contained#run-i-web inc-web",
		"7 UpdateItem INCIDENT inc-web", "8 UpdateItem LOCK i-web",
	}},
	{"who else is in the subnet is counted: an eighth call, and no round trip", "i-web", under(asking), []string{
		"1 DescribeInstances i-web", "1 DescribeNetworkAcls vpc-1", "1 DescribeNetworkInterfaces subnet-a", "1 " + count,
		"2 write HOLD subnet-a recorded", "2 CreateNetworkAcl vpc-1",
		"3 ReplaceNetworkAclAssociation subnet-a/1 acl-q1", "3 UpdateItem MADE acl-q1",
		"4 DescribeNetworkAcls vpc-1", "4 DescribeInstances i-web", "4 write HOLD subnet-a put",
		"5 write HOLD subnet-a verified", "5 PutItem EVENT#contained#run-i-web inc-web",
		"6 UpdateItem INCIDENT inc-web", "7 UpdateItem LOCK i-web",
	}},
	{"the finding does not know a subnet: who is in that is read beside the second count", "i-pair", under(asking), []string{
		"1 DescribeInstances i-pair", "1 DescribeNetworkAcls vpc-1", "1 DescribeNetworkInterfaces subnet-a", "1 " + count,
		"2 DescribeNetworkInterfaces subnet-c", "2 " + count,
		"3 write HOLD subnet-a recorded", "3 write HOLD subnet-c recorded", "3 CreateNetworkAcl vpc-1",
		"4 ReplaceNetworkAclAssociation subnet-a/1 acl-q1", "4 ReplaceNetworkAclAssociation subnet-c/1 acl-q1", "4 UpdateItem MADE acl-q1",
		"5 DescribeNetworkAcls vpc-1", "5 DescribeInstances i-pair", "5 write HOLD subnet-a put", "5 write HOLD subnet-c put",
		"6 write HOLD subnet-a verified", "6 write HOLD subnet-c verified", "6 PutItem EVENT#contained#run-i-pair inc-pair",
		"7 UpdateItem INCIDENT inc-pair", "8 UpdateItem LOCK i-pair",
	}},
	{"the instance is in an Auto Scaling group: a ninth call, and no round trip", "i-fleet", func(w world, in *isolate.Request) {
		w.group(nil, nil)
		*in = w.inGroup(quarantine.BeyondAsk)
	}, []string{
		"1 DescribeInstances i-fleet", "1 DescribeNetworkAcls vpc-1", "1 DescribeNetworkInterfaces subnet-a", "1 DescribeAutoScalingGroups web fleet",
		"2 write HOLD subnet-a recorded", "2 CreateNetworkAcl vpc-1",
		"3 ReplaceNetworkAclAssociation subnet-a/1 acl-q1", "3 UpdateItem MADE acl-q1",
		"4 DescribeNetworkAcls vpc-1", "4 DescribeInstances i-fleet", "4 write HOLD subnet-a put",
		"5 write HOLD subnet-a verified", "5 PutItem EVENT#contained#run-i-fleet inc-fleet",
		"6 UpdateItem INCIDENT inc-fleet", "7 UpdateItem LOCK i-fleet",
	}},
	{"the VPC's quarantine ACL stands: one call fewer", "i-web", underQuarantineACL(), []string{
		"1 DescribeInstances i-web", "1 DescribeNetworkAcls vpc-1",
		"2 write HOLD subnet-a recorded",
		"3 ReplaceNetworkAclAssociation subnet-a/1 acl-ours",
		"4 DescribeNetworkAcls vpc-1", "4 DescribeInstances i-web", "4 write HOLD subnet-a put",
		"5 write HOLD subnet-a verified", "5 PutItem EVENT#contained#run-i-web inc-web",
		"6 UpdateItem INCIDENT inc-web", "7 UpdateItem LOCK i-web",
	}},
	{"the subnet is under quarantine, and nothing is on record of it: a holder, and a replacement by the same ACL", "i-web", underQuarantineACL("subnet-a"), []string{
		"1 DescribeInstances i-web", "1 DescribeNetworkAcls vpc-1",
		"2 write HOLD subnet-a held", "3 GetItem HOLD subnet-a",
		"4 GetItem MADE acl-ours", "5 write HOLD subnet-a held", "6 GetItem HOLD subnet-a", // nothing was on record of it
		"7 ReplaceNetworkAclAssociation subnet-a/2 acl-ours", // to learn whether it stands
		"8 DescribeNetworkAcls vpc-1", "8 DescribeInstances i-web", "8 write HOLD subnet-a put",
		"9 write HOLD subnet-a verified", "9 PutItem EVENT#contained#run-i-web inc-web",
		"10 UpdateItem INCIDENT inc-web", "11 UpdateItem LOCK i-web",
	}},
	{"one of two subnets is under quarantine", "i-pair", underQuarantineACL("subnet-a"), []string{
		"1 DescribeInstances i-pair", "1 DescribeNetworkAcls vpc-1",
		"2 write HOLD subnet-a held", "2 write HOLD subnet-c recorded",
		"3 GetItem HOLD subnet-a", "3 ReplaceNetworkAclAssociation subnet-c/1 acl-ours",
		"4 GetItem MADE acl-ours", "5 write HOLD subnet-a held", "6 GetItem HOLD subnet-a",
		"7 ReplaceNetworkAclAssociation subnet-a/2 acl-ours",
		"8 DescribeNetworkAcls vpc-1", "8 DescribeInstances i-pair", "8 write HOLD subnet-a put", "8 write HOLD subnet-c put",
		"9 write HOLD subnet-a verified", "9 write HOLD subnet-c verified", "9 PutItem EVENT#contained#run-i-pair inc-pair",
		"10 UpdateItem INCIDENT inc-pair", "11 UpdateItem LOCK i-pair",
	}},
	{"two subnets of one VPC: one ACL, side by side", "i-pair", hint("vpc-1"), []string{
		"1 DescribeInstances i-pair", "1 DescribeNetworkAcls vpc-1",
		"2 write HOLD subnet-a recorded", "2 write HOLD subnet-c recorded", "2 CreateNetworkAcl vpc-1",
		"3 ReplaceNetworkAclAssociation subnet-a/1 acl-q1", "3 ReplaceNetworkAclAssociation subnet-c/1 acl-q1", "3 UpdateItem MADE acl-q1",
		"4 DescribeNetworkAcls vpc-1", "4 DescribeInstances i-pair", "4 write HOLD subnet-a put", "4 write HOLD subnet-c put",
		"5 write HOLD subnet-a verified", "5 write HOLD subnet-c verified", "5 PutItem EVENT#contained#run-i-pair inc-pair",
		"6 UpdateItem INCIDENT inc-pair", "7 UpdateItem LOCK i-pair",
	}},
	{"two VPCs, side by side", "i-wide", hint("vpc-1", "vpc-2", "vpc-1"), []string{
		"1 DescribeInstances i-wide", "1 DescribeNetworkAcls vpc-1", "1 DescribeNetworkAcls vpc-2",
		"2 write HOLD subnet-b recorded", "2 CreateNetworkAcl vpc-1", "2 write HOLD subnet-x recorded", "2 CreateNetworkAcl vpc-2",
		"3 ReplaceNetworkAclAssociation subnet-b/1 acl-q1", "3 UpdateItem MADE acl-q1", "3 ReplaceNetworkAclAssociation subnet-x/1 acl-x1", "3 UpdateItem MADE acl-x1",
		"4 DescribeNetworkAcls vpc-1", "4 DescribeNetworkAcls vpc-2", "4 DescribeInstances i-wide", "4 write HOLD subnet-b put", "4 write HOLD subnet-x put",
		"5 write HOLD subnet-b verified", "5 write HOLD subnet-x verified", "5 PutItem EVENT#contained#run-i-wide inc-wide",
		"6 UpdateItem INCIDENT inc-wide", "7 UpdateItem LOCK i-wide",
	}},
	{"the finding's VPC is stale: one more read, and the right cut", "i-web", hint("vpc-2"), append([]string{
		"1 DescribeInstances i-web", "1 DescribeNetworkAcls vpc-2",
	}, readsAfterwards[1:]...)},
	{"the finding names no VPC", "i-web", unknown, readsAfterwards},
	{"the finding does not describe the instance", "i-web", func(_ world, in *isolate.Request) { in.Finding.Instances = nil }, readsAfterwards},
}

// readsAfterwards are the calls where only the instance tells which VPC to read.
var readsAfterwards = []string{
	"1 DescribeInstances i-web",
	"2 DescribeNetworkAcls vpc-1",
	"3 write HOLD subnet-a recorded", "3 CreateNetworkAcl vpc-1",
	"4 ReplaceNetworkAclAssociation subnet-a/1 acl-q1", "4 UpdateItem MADE acl-q1",
	"5 DescribeNetworkAcls vpc-1", "5 DescribeInstances i-web", "5 write HOLD subnet-a put",
	"6 write HOLD subnet-a verified", "6 PutItem EVENT#contained#run-i-web inc-web",
	"7 UpdateItem INCIDENT inc-web", "8 UpdateItem LOCK i-web",
}

func TestCallsAndTheirRounds(t *testing.T) {
	t.Parallel()
	for _, o := range orders {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			same(t, "calls", o.want, rounds(t, o.instance, o.given))
		})
	}
}

// rounds gives the calls of an isolation, each after its round: on virtual time a
// call takes a second, and what goes side by side shares it.
func rounds(t *testing.T, instance string, given given) (out []string) {
	t.Helper()
	time0 := simtime.New(noon)
	time0.Run(func() {
		w := newWorldOf(t, estate.Options{Clock: time0, Latency: func(string, string) time.Duration { return time.Second }})
		w.Concurrent = time0.RunSideBySide
		in := w.Isolation(instance)
		given(w, &in)
		began := time0.Now()
		if _, err := w.handle(in); err != nil {
			t.Error(err)
		}
		for _, c := range w.Calls(0) {
			out = append(out, fmt.Sprintf("%d %s", c.Started.Sub(began)/time.Second+1, c.Text))
		}
	})
	return out
}

// A VPC that the instance is not in does not matter, not even if it cannot be read.
func TestAStaleVPCMayBeUnreadable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.Isolation("i-web")
	hint("vpc-2")(w, &in)
	w.Inject("DescribeNetworkAcls vpc-2", estate.Fault{Kind: estate.Deny})
	if _, err := w.handle(in); err != nil {
		t.Fatal(err)
	}
	same(t, "the ACL on subnet-a", "acl-q1", w.Under()["subnet-a"])
}
