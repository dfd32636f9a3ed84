package ledger

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"golang.org/x/sync/errgroup"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The index has an item for each lock that an incident has, each question that
// waits, each incident that is released and each false alarm, and its keys alone: what else the
// table holds makes no list longer. An index is never read consistently; what a
// list shows of an incident is then read by its key.
const (
	indexLists   = "lists"
	attrListed   = "listed"   // the index's partition key: one of the lists below
	attrListedAt = "listedAt" // its sort key: acquired, deadline, released at, or until

	listOpen     = "open"
	listWaiting  = "waiting"
	listReleased = "released"

	listFalseAlarms = "false-alarms"
	listObserved    = "observed"
)

// atOnce bounds how many incidents are read side by side.
const atOnce = 8

// OpenIncidents reads the incidents that are not released, those included of which a
// person is asked first, the oldest first. Errors: AccessDenied; Throttled; Unavailable.
func (l *Ledger) OpenIncidents(ctx context.Context) ([]quarantine.Incident, error) {
	open, err := l.locked(ctx)
	if err != nil {
		return nil, err
	}
	waiting, err := l.Pending(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range waiting {
		open = append(open, reference{r.Incident, r.Resource})
	}
	all, err := l.incidents(ctx, open)
	return slices.DeleteFunc(all, func(in quarantine.Incident) bool { return !in.Open() }), err
}

// LatestReleased reads the incidents that were released last, the oldest first: at most
// that many. Errors: AccessDenied; Throttled; Unavailable.
func (l *Ledger) LatestReleased(ctx context.Context, most int32) ([]quarantine.Incident, error) {
	return l.latest(ctx, listReleased, most)
}

// LatestObserved reads the findings that were observed last, the oldest first: at most that many,
// each by the id that its incident would have had. Errors: AccessDenied; Throttled; Unavailable.
func (l *Ledger) LatestObserved(ctx context.Context, most int32) ([]quarantine.Incident, error) {
	return l.latest(ctx, listObserved, most)
}

// latest reads what is last on a list of incidents.
func (l *Ledger) latest(ctx context.Context, list string, most int32) ([]quarantine.Incident, error) {
	keys, err := l.listed(ctx, list, &dynamodb.QueryInput{Limit: aws.Int32(most), ScanIndexForward: aws.Bool(false)})
	if err != nil {
		return nil, err
	}
	var named []reference
	for _, k := range keys {
		named = append(named, reference{id: strings.TrimPrefix(text(k, partitionKey), prefixIncident)})
	}
	return l.incidents(ctx, named)
}

// Pending gives the questions that can still be decided, the oldest first.
func (l *Ledger) Pending(ctx context.Context) ([]quarantine.ApprovalRequest, error) {
	keys, err := l.listed(ctx, listWaiting, &dynamodb.QueryInput{})
	if err != nil {
		return nil, err
	}
	var out []quarantine.ApprovalRequest
	for _, k := range keys {
		r, err := l.Request(ctx, strings.TrimPrefix(text(k, partitionKey), prefixRequest))
		if err != nil {
			return nil, err
		}
		if r.Status == quarantine.RequestPending {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, byAge)
	return out, nil
}

// locked are the incidents that have a lock.
func (l *Ledger) locked(ctx context.Context) (all []reference, err error) {
	err = l.eachLock(ctx, func(lock item) {
		all = append(all, reference{text(lock, attrIncident), resourceOf(text(lock, partitionKey))})
	})
	return all, err
}

// eachLock reads the locks that incidents have.
func (l *Ledger) eachLock(ctx context.Context, do func(lock item)) error {
	keys, err := l.listed(ctx, listOpen, &dynamodb.QueryInput{})
	if err != nil {
		return err
	}
	for _, k := range keys {
		lock, err := l.get(ctx, keyOf(text(k, partitionKey), sortLock))
		if err != nil {
			return err
		}
		if text(lock, attrIncident) != "" {
			do(lock)
		}
	}
	return nil
}

// listed gives the keys of a list. A question, or a false alarm, whose time is up leaves the list by
// that: no write takes it off where its execution was stopped.
func (l *Ledger) listed(ctx context.Context, list string, in *dynamodb.QueryInput) ([]item, error) {
	in.IndexName = aws.String(indexLists)
	condition := expression.Key(attrListed).Equal(expression.Value(list))
	if list == listWaiting || list == listFalseAlarms {
		condition = condition.And(expression.Key(attrListedAt).GreaterThan(expression.Value(stamp(l.Clock.Now()))))
	}
	return l.query(ctx, in, expression.NewBuilder().WithKeyCondition(condition))
}

// incidents reads incidents whole, each once, and sorts them by when they were opened.
func (l *Ledger) incidents(ctx context.Context, named []reference) ([]quarantine.Incident, error) {
	slices.SortStableFunc(named, func(a, b reference) int { return cmp.Compare(a.id, b.id) })
	named = slices.CompactFunc(named, func(a, b reference) bool { return a.id == b.id })
	all := make([]quarantine.Incident, len(named))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for n, one := range named {
		g.Go(func() (err error) {
			all[n], err = l.incident(ctx, one)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b quarantine.Incident) int { return a.OpenedAt.Compare(b.OpenedAt) })
	return all, nil
}
