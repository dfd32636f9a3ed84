// Package ledgertest is the contract of the ledger: what the product relies
// on, checked over an account in memory and over a real endpoint alike.
package ledgertest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// Env is an empty table made from ledger.TableDefinition. Whoever makes it
// also removes it.
type Env struct {
	API   ledger.API
	Table string
}

// Contract runs the contract, each part on a table of its own.
func Contract(t *testing.T, newEnv func(t *testing.T) Env) {
	parts := []struct {
		name string
		run  func(*testing.T, Env, *ledger.Ledger)
	}{
		{"an original is recorded once, with every holder", recordsOnce},
		{"of different originals one is recorded and the others learn which", recordsOneOf},
		{"recording the same again changes nothing", recordsAgain},
		{"an original that stands no more is superseded, and its cut forgotten", supersedes},
		{"superseding twice keeps what was verified in between", supersedesTwice},
		{"what was put there is on record until it is read back", putsUntilReadBack},
		{"what was put there is forgotten when another original stands there", putsUntilSuperseded},
		{"what a release put there is on record until the record is forgotten", putsForARelease},
		{"superseding what is not on record changes nothing", supersedesWrong},
		{"an original that nobody could tell leaves the one on record alone", keepsOriginal},
		{"an original that nobody could tell is recorded once somebody can", learnsOriginal},
		{"of many that supersede the same one does, and the others learn which", supersedesOneOf},
		{"holding adds a holder and says nothing of the original again", addsHolder},
		{"holding records the original where nothing is", recordsFirstHolder},
		{"all holders of many at once are kept", addsHoldersConcurrently},
		{"what was read back is on record", verifies},
		{"containing marks the lock and writes the incident", contains},
		{"containing again changes nothing that is said once", containsAgain},
		{"an incident is contained first once", containsFirst},
		{"an incident that is only half contained is not contained yet", containsHalf},
		{"containing again elsewhere keeps the subnets of before", containsElsewhere},
		{"containing without the lock is refused", containsWithoutLock},
		{"containing what was released is refused", containsReleased},
		{"of many that contain at once only the lock's owner does", containsOneOf},
		{"isolations are counted up to the account's limit, each once", countsAccount},
		{"isolations are counted up to each VPC's limit", countsVPCs},
		{"an instance in two VPCs counts in both or in neither", countsBoth},
		{"of many that are counted at once as many are let through as the limit says", countsTogether},
		{"the next hour begins anew, and so do another account and region", countsHours},
		{"an approved isolation is counted and never refused", countsApproved},
		{"without a limit nothing is counted", countsNothing},
		{"the limit that is named is one that refused", countsFullOfItself},
		{"the subnets that others cut in the hour are known", countsSubnets},
		{"standbys are counted an hour and a group, each instance once", countsStandbys},
		{"of many standbys at once as many are let through as may be", countsStandbysTogether},
		{"of many that count at once each knows those before it", countsSubnetsTogether},
		{"what is taken off the count leaves room, and others' counts", discounts},
		{"an hour's count expires", countsExpire},
		{"of many executions at once one takes the lock", locksOnce},
		{"a lock is taken over where it is released, failed, run out or one's own", locksAgain},
		{"a contained lock is taken again by its owner alone", retakesLock},
		{"activity that ended before the release takes no lock", heedsRelease},
		{"an incident that failed after a release is taken up again", heedsNoReleaseOfBefore},
		{"while a false alarm runs its type of finding takes no lock", heedsFalseAlarm},
		{"false alarms that run are listed", listsFalseAlarms},
		{"a false alarm about what was never cut is refused", refusesAlarmOfNothing},
		{"a drill is on record of its resource alone, until it expires", keepsDrill},
		{"what cannot be read as the record of a drill is none", refusesNoDrill},
		{"a question is closed by who asks it alone", closesQuestion},
		{"a question expires while it is pending, and a decided one stays decided", expiresQuestion},
		{"an event that many say at once is said once", saysOneOf},
		{"an event is said once, whatever the clock says", saysOnce},
		{"events come in order of time, however many pages they fill", pagesEvents},
		{"findings that joined are listed with the events", listsJoined},
		{"an item that is not as it should be is reported", reportsSpoilt},
		{"an artifact is never overwritten", keepsFirst},
		{"of many artifacts of one name at once one is kept", keepsOne},
		{"bodies come back as they were", returnsBodies},
		{"a body that no item takes is refused", refusesHuge},
		{"a body that was changed is noticed", noticesTampering},
		{"an incident that is not there is named so", missesIncident},
		{"the last holder that lets go releases, and another one does not", letsGo},
		{"letting go again gives the same answer", letsGoAgain},
		{"of many holders that let go at once one releases", letsGoTogether},
		{"letting go of what is not held changes nothing", letsGoOfNothing},
		{"a subnet that is taken back is known as releasing until it is verified", takesBack},
		{"what is released is forgotten, and recorded anew", forgets},
		{"what was taken back is not forgotten", keepsTakenBack},
		{"the VPC is on record whatever else is", knowsVPC},
		{"narrowing begins on a contained lock, or where it was stopped", narrowsContained},
		{"an incident can be contained in place of the cut", containsInPlaceOfTheCut},
		{"a narrowed incident is contained by who contained it, and on record", narrows},
		{"narrowing that is refused leaves the lock as it was", narrowsNot},
		{"a release begins on a contained or failed lock, or on one's own", beginsRelease},
		{"of many releases at once one begins", beginsOneOf},
		{"releasing frees the lock and says once what came of it", releases},
		{"releasing again changes nothing, whoever has the lock by then", releasesAgain},
		{"releasing without the lock is refused", releasesWithoutLock},
		{"the lock that was freed opens a new incident", reopens},
		{"an incident that was never contained is put together", findsUncontained},
		{"an incident that holds nothing is ended as a whole, once", endsUncut},
		{"an incident that holds a subnet, or whose lock is another's, is not ended", endsNoOther},
		{"an incident that was asked about and half released is found", findsHalfReleased},
		{"a question is recorded with whom it was put to", asks},
		{"a question asked again keeps what was first said, and takes the new token", asksAgain},
		{"a question asked by many at once is one question", asksOneOf},
		{"a decided question takes a new token until its decision is delivered", asksDecided},
		{"an expired question is not asked again", asksExpired},
		{"of many that decide at once one does, and the others learn who", decidesOnce},
		{"a decision counts until the question expires", decidesInTime},
		{"a request that is not there is named so", missesRequest},
		{"a delivered decision has no token any more", delivers},
		{"the token is in nothing that is returned", hidesToken},
		{"pending requests are listed, oldest first, however many pages they fill", listsPending},
		{"an incident's questions are listed, decided ones too", listsQuestions},
		{"incidents of every kind are listed, the oldest first", listsIncidents},
		{"of the released incidents the latest are listed", listsLatest},
		{"an incident whose release is under way is listed so", listsReleasing},
		{"what is observed is listed and read by the id that its incident would have", listsObserved},
		{"no token leaves the table for a list", listsWithoutTokens},
		{"a list of an item that is not as it should be is refused", reportsSpoiltList},
		{"a subnet's quarantine is read as it is on record", readsSubnets},
		{"an incident holds a thing while its lock says that it is contained", joinsWithLock},
		{"of many that join at once all hold the thing", joinsTogether},
		{"a thing has one writer at a time, until its lease ends", takesOne},
		{"of many writers at once one takes the lease", takesOneOfMany},
		{"who joins takes a thing over from a release", takesOver},
		{"the last holder takes a thing to put it back, when nobody is its writer", takesToPutBack},
		{"what stood before is recorded once, and what is put ahead", writesAhead},
		{"what is about to be put is not verified any more", aheadUnverifies},
		{"what was read back is on record, and gives an answered writer's lease back", recordsReadBack},
		{"nobody but the writer for a holder writes", onlyTheWriterWrites},
		{"a doubt is on record with its time, and gives the lease back", doubts},
		{"a lease is given back to those who came meanwhile, too", doubtsForOthers},
		{"a hold that is not as it should be is reported", spoilsHold},
		{"the last that lets go of a thing releases it", letsGoOfHold},
		{"letting go needs the lock of the release, or another incident's", letsGoWithLock},
		{"letting go of what is not on record changes nothing", letsGoOfNoHold},
		{"a lease is renewed while nobody has come", renews},
		{"what has ended is remembered for a day, and held anew", endsHold},
		{"what was put on a part is remembered until something is put there again", remembersPuts},
		{"what somebody has come to hold does not end", endsNoOthersHold},
		{"what became of a thing for an incident is said once", leavesOnce},
		{"the first id on record of what was made counts", makesOnce},
		{"of many that made it at once the id of one counts", makesOneOf},
		{"what is gone is made again", makesAnother},
		{"an id that is not as it should be is reported", spoilsMade},
		{"a look that has not ended has seen nothing", looksUnended},
		{"a thing is read with how the last look found it, unless it was read back since", readsDrift},
		{"a person's word about a thing stays through later looks", leavesThroughLooks},
		{"only what a look has found is left", leavesFoundOnly},
		{"a subnet is taken again, and what stood there before stays", retakes},
		{"a subnet is not taken again where another has it, or releases it", retakesNothing},
		{"a pause is on record until another", pauses},
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			env := newEnv(t)
			l := ledger.New(env.API, env.Table)
			l.Clock = clocktest.At(noon)
			p.run(t, env, l)
		})
	}
}

// noon has no part below a millisecond: that is what the table keeps.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

const (
	acct   = "123456789012"
	region = "eu-west-1"
)

var resource = quarantine.Resource{AccountID: acct, Region: region, Kind: quarantine.KindInstance, ID: "i-0123456789abcdef0"}

// subnet is what an execution reads of the contract's subnet.
func subnet(association string) quarantine.Quarantine {
	return quarantine.Quarantine{
		AccountID: acct, Region: region, VPCID: "vpc-1", SubnetID: "subnet-1",
		Before: "acl-of-" + association, BeforeVersion: association,
	}
}

// cut is the subnet after it was read back under a quarantine ACL.
func cut(association string) quarantine.Quarantine {
	q := subnet(association)
	q.After, q.AfterVersion, q.VerifiedAt = "acl-q", "assoc-q", noon.Add(time.Second)
	return q
}

// together runs n calls at once and gives their errors.
func together(n int, call func(n int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = call(i) })
	}
	wg.Wait()
	return errs
}

func incidentID(n int) string { return fmt.Sprintf("inc-%02d", n) }

// must gives the value of a call that has to succeed.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// onlyErr is the error of a call that gives something besides.
func onlyErr[T any](_ T, err error) error { return err }

func works(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantName(t *testing.T, err error, name string) {
	t.Helper()
	if got := quarantine.NameOf(err); got != name {
		t.Errorf("the error is %q (%v), want %s", got, err, name)
	}
}
