package ledgertest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// isolation is one of an instance in a subnet of vpc-1, or of each of the VPCs given.
func isolation(n int, l quarantine.Limits, vpcs ...string) quarantine.Isolation {
	if len(vpcs) == 0 {
		vpcs = []string{"vpc-1"}
	}
	subnets := map[string][]string{}
	for _, vpc := range vpcs {
		subnets[vpc] = []string{fmt.Sprintf("subnet-%d-of-%s", n, vpc)}
	}
	i := quarantine.Isolation{Resource: resource, Subnets: subnets, At: noon.Add(59 * time.Minute), Limits: l}
	i.Resource.ID = fmt.Sprintf("i-%02d", n)
	return i
}

func same(t *testing.T, what string, want, got []string) {
	t.Helper()
	if !slices.Equal(want, got) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// looked counts an isolation after a look at it, which has to answer the same and to count nothing.
func looked(t *testing.T, l *ledger.Ledger, i quarantine.Isolation) ([]string, error) {
	t.Helper()
	for range 2 {
		if _, err := l.LookIsolation(t.Context(), i); err != nil && !strings.Contains(err.Error(), "isolations of") {
			t.Fatalf("the look: %v", err)
		}
	}
	would, look := l.LookIsolation(t.Context(), i)
	others, err := l.CountIsolation(t.Context(), i)
	if !slices.Equal(would, others) || fmt.Sprint(look) != fmt.Sprint(err) {
		t.Errorf("a look answers %v, %v, and the count %v, %v", would, look, others, err)
	}
	return others, err
}

// wantReached wants the limit reached, as many counted as it is.
func wantReached(t *testing.T, err error, of, setting string, most int) {
	t.Helper()
	got, ok := errors.AsType[*quarantine.LimitReached](err)
	if !ok {
		t.Errorf("got %v, want the limit of %s reached", err, of)
		return
	}
	want := quarantine.LimitReached{Of: of, Setting: "limits.isolationsPerHour." + setting, Counted: most, Most: most, Hour: noon}
	if *got != want {
		t.Errorf("got %+v, want %+v", *got, want)
	}
}

func countsAccount(t *testing.T, _ Env, l *ledger.Ledger) {
	limits := quarantine.Limits{AccountPerHour: 2}
	for _, n := range []int{1, 1, 2, 1, 2} {
		works(t, onlyErr(looked(t, l, isolation(n, limits))))
	}
	for _, vpc := range []string{"vpc-1", "vpc-2"} {
		wantReached(t, onlyErr(looked(t, l, isolation(3, limits, vpc))), "account "+acct, "account", 2)
	}
	works(t, onlyErr(looked(t, l, isolation(2, limits)))) // it is counted already
	limits.AccountPerHour = 3
	works(t, onlyErr(looked(t, l, isolation(3, limits))))
}

func countsVPCs(t *testing.T, _ Env, l *ledger.Ledger) {
	limits := quarantine.Limits{AccountPerHour: 5, VPCPerHour: 2}
	for n, vpc := range []string{"vpc-1", "vpc-1", "vpc-2"} {
		works(t, onlyErr(looked(t, l, isolation(n, limits, vpc))))
	}
	wantReached(t, onlyErr(looked(t, l, isolation(3, limits))), "vpc-1", "vpc", 2)
	// What was refused is not counted in the account either.
	for n, vpc := range map[int]string{3: "vpc-2", 4: "vpc-3"} {
		works(t, onlyErr(looked(t, l, isolation(n, limits, vpc))))
	}
	wantReached(t, onlyErr(looked(t, l, isolation(5, limits, "vpc-4"))), "account "+acct, "account", 5)
}

func countsBoth(t *testing.T, _ Env, l *ledger.Ledger) {
	limits := quarantine.Limits{VPCPerHour: 1}
	works(t, onlyErr(looked(t, l, isolation(1, limits, "vpc-1"))))
	wantReached(t, onlyErr(looked(t, l, isolation(2, limits, "vpc-2", "vpc-1"))), "vpc-1", "vpc", 1)
	works(t, onlyErr(looked(t, l, isolation(3, limits, "vpc-2", "vpc-3"))))
	works(t, onlyErr(looked(t, l, isolation(3, limits, "vpc-2"))))
	// A VPC that a finding names is no path within the item.
	works(t, onlyErr(looked(t, l, isolation(4, limits, "vpc.4"))))
	wantReached(t, onlyErr(looked(t, l, isolation(5, limits, "vpc.4"))), "vpc.4", "vpc", 1)
}

func countsTogether(t *testing.T, _ Env, l *ledger.Ledger) {
	limits, through := quarantine.Limits{AccountPerHour: 7, VPCPerHour: 7}, 0
	for _, err := range together(40, func(n int) error { // each instance twice
		return onlyErr(l.CountIsolation(t.Context(), isolation(n/2, limits)))
	}) {
		if err == nil {
			through++
			continue
		}
		wantReached(t, err, "account "+acct, "account", 7)
	}
	if through != 2*7 {
		t.Errorf("%d were let through, want 7 instances twice", through)
	}
}

func countsHours(t *testing.T, _ Env, l *ledger.Ledger) {
	limits := quarantine.Limits{AccountPerHour: 1}
	works(t, onlyErr(looked(t, l, isolation(1, limits))))
	next := isolation(2, limits)
	next.At = next.At.Add(time.Minute).In(time.FixedZone("elsewhere", 90*60))
	works(t, onlyErr(looked(t, l, next)))
	for _, elsewhere := range []quarantine.Resource{{AccountID: "999900001111", Region: region}, {AccountID: acct, Region: "us-east-1"}} {
		i := isolation(3, limits)
		i.Resource = elsewhere
		works(t, onlyErr(looked(t, l, i)))
	}
	wantReached(t, onlyErr(looked(t, l, isolation(4, limits))), "account "+acct, "account", 1)
}

func countsApproved(t *testing.T, _ Env, l *ledger.Ledger) {
	limits := quarantine.Limits{AccountPerHour: 2, VPCPerHour: 2}
	for n := range 3 {
		i := isolation(n, limits)
		i.Approved = true
		works(t, onlyErr(looked(t, l, i)))
	}
	_, err := looked(t, l, isolation(3, limits))
	got, ok := errors.AsType[*quarantine.LimitReached](err)
	if !ok || got.Counted != 3 || got.Most != 2 {
		t.Errorf("got %v, want 3 counted of 2", err)
	}
	works(t, onlyErr(looked(t, l, isolation(2, limits))))
}

func countsNothing(t *testing.T, env Env, l *ledger.Ledger) {
	works(t, onlyErr(looked(t, l, isolation(1, quarantine.Limits{}))))
	works(t, l.DiscountIsolation(t.Context(), isolation(1, quarantine.Limits{})))
	works(t, l.DiscountIsolation(t.Context(), isolation(1, quarantine.Limits{AccountPerHour: 1})))
	if item := hour(t, env); len(item) != 0 {
		t.Errorf("counted: %v", item)
	}
}

// A limit that has the instance already is not the one that refuses it.
func countsFullOfItself(t *testing.T, _ Env, l *ledger.Ledger) {
	limits := quarantine.Limits{AccountPerHour: 1, VPCPerHour: 1}
	works(t, onlyErr(looked(t, l, isolation(1, limits, "vpc-1"))))
	works(t, onlyErr(looked(t, l, isolation(2, quarantine.Limits{VPCPerHour: 1}, "vpc-2"))))
	wantReached(t, onlyErr(looked(t, l, isolation(1, limits, "vpc-2"))), "vpc-2", "vpc", 1)
}

func countsSubnets(t *testing.T, _ Env, l *ledger.Ledger) {
	share := quarantine.Limits{VPCSubnetsPercent: 50}
	count := func(n int, limits quarantine.Limits, vpcs ...string) []string {
		t.Helper()
		return must(looked(t, l, isolation(n, limits, vpcs...)))(t)
	}
	same(t, "nobody else's", nil, count(1, share, "vpc-1", "vpc-2"))
	same(t, "its own is none of the others'", nil, count(1, share, "vpc-1"))
	same(t, "one in the same VPC", []string{"subnet-1-of-vpc-1"}, count(2, share, "vpc-1"))
	same(t, "in both VPCs", []string{"subnet-1-of-vpc-1", "subnet-1-of-vpc-2", "subnet-2-of-vpc-1"}, count(3, share, "vpc-1", "vpc-2"))
	same(t, "in another VPC", nil, count(4, share, "vpc-3"))
	works(t, onlyErr(looked(t, l, isolation(9, quarantine.Limits{AccountPerHour: 1}))))
	wantReached(t, onlyErr(looked(t, l, isolation(6, quarantine.Limits{AccountPerHour: 1, VPCSubnetsPercent: 50}))), "account "+acct, "account", 1)
	same(t, "what was refused is not counted", []string{"subnet-1-of-vpc-1", "subnet-2-of-vpc-1", "subnet-3-of-vpc-1"}, count(7, share, "vpc-1"))
}

// Of many that count at once, each sees those before it: nobody's subnet is missed by all.
func countsSubnetsTogether(t *testing.T, _ Env, l *ledger.Ledger) {
	const n = 20
	seen := make([]int, n)
	for _, err := range together(n, func(n int) error {
		others, err := l.CountIsolation(t.Context(), isolation(n, quarantine.Limits{VPCSubnetsPercent: 50}))
		seen[n] = len(others)
		return err
	}) {
		works(t, err)
	}
	slices.Sort(seen)
	for i, others := range seen {
		if others != i {
			t.Fatalf("they saw %v others, want each another number from 0 on", seen)
		}
	}
}

func discounts(t *testing.T, _ Env, l *ledger.Ledger) {
	limits := quarantine.Limits{AccountPerHour: 2, VPCPerHour: 1, VPCSubnetsPercent: 50}
	for range 5 { // findings of an instance that the brake holds
		same(t, "others", nil, must(looked(t, l, isolation(1, limits)))(t))
		works(t, l.DiscountIsolation(t.Context(), isolation(1, limits)))
	}
	works(t, l.DiscountIsolation(t.Context(), isolation(1, limits)))
	// What another instance has counted of the same subnet stays.
	other := isolation(2, limits)
	other.Subnets = isolation(1, limits).Subnets
	works(t, onlyErr(looked(t, l, other)))
	works(t, l.DiscountIsolation(t.Context(), isolation(1, limits)))
	wantReached(t, onlyErr(looked(t, l, isolation(3, limits))), "vpc-1", "vpc", 1)
	same(t, "others", []string{"subnet-1-of-vpc-1"}, must(looked(t, l, isolation(3, quarantine.Limits{VPCSubnetsPercent: 50})))(t))
}

func countsExpire(t *testing.T, env Env, l *ledger.Ledger) {
	works(t, onlyErr(looked(t, l, isolation(1, quarantine.Limits{VPCPerHour: 1}))))
	expires, ok := hour(t, env)["expiresAt"].(*types.AttributeValueMemberN)
	if want := "1772798400"; !ok || expires.Value != want { // two days after noon
		t.Errorf("it expires at %v, want %s", expires, want)
	}
	if _, there := hour(t, env)["instances"]; there {
		t.Error("counted in the account, which has no limit")
	}
}

// hour is the item of the contract's hour.
func hour(t *testing.T, env Env) map[string]types.AttributeValue {
	t.Helper()
	key := map[string]types.AttributeValue{"pk": text(strings.Join([]string{"BRAKE", acct, region}, "#")), "sk": text("HOUR#2026-03-04T12")}
	return must(env.API.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(env.Table), ConsistentRead: aws.Bool(true), Key: key}))(t).Item
}
