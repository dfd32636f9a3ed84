package ledger

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// AllIncidents reads every incident that is on record, the oldest first. It reads the keys
// of the whole table, consistently: it is for an uninstallation alone, which must
// not overlook what an index does not show yet. Errors: AccessDenied; Throttled;
// Unavailable.
func (l *Ledger) AllIncidents(ctx context.Context) ([]quarantine.Incident, error) {
	e, err := expression.NewBuilder().WithProjection(projection([]string{partitionKey, attrIncident, attrResource})).
		WithFilter(expression.Name(partitionKey).BeginsWith(prefixIncident).Or(expression.Name(attrIncident).AttributeExists())).Build()
	if err != nil {
		return nil, failure("Scan", err)
	}
	pages := dynamodb.NewScanPaginator(l.api, &dynamodb.ScanInput{
		TableName:                 aws.String(l.table),
		FilterExpression:          e.Filter(),
		ProjectionExpression:      e.Projection(),
		ExpressionAttributeNames:  e.Names(),
		ExpressionAttributeValues: e.Values(),
		ConsistentRead:            aws.Bool(true),
	})
	var out []reference
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("Scan", err)
		}
		for _, i := range page.Items {
			out = append(out, named(i))
		}
	}
	// What is known of a resource comes first: of each incident, the first is taken.
	slices.SortStableFunc(out, func(a, b reference) int { return strings.Compare(b.resource.ID, a.resource.ID) })
	return l.incidents(ctx, out)
}

// named is the incident that an item of its partition, its lock or one of its
// questions names.
func named(i item) reference {
	pk := text(i, partitionKey)
	if id, inPartition := strings.CutPrefix(pk, prefixIncident); inPartition {
		return reference{id: id}
	}
	return reference{text(i, attrIncident), resourceOf(pk)}
}
