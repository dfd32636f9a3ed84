package ledger

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// scan reads the named attributes, or all where none is named, of every item
// for which the filter holds. The whole table is read for that: it is for what
// people ask, and for nothing on the way to a cut.
func (l *Ledger) scan(ctx context.Context, filter expression.ConditionBuilder, attributes ...string) ([]item, error) {
	b := expression.NewBuilder().WithFilter(filter)
	if len(attributes) > 0 {
		b = b.WithProjection(projection(attributes))
	}
	e, err := b.Build()
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
	var out []item
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("Scan", err)
		}
		out = append(out, page.Items...)
	}
	return out, nil
}
