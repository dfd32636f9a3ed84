package ledger

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// get reads one item; it is empty if there is none.
func (l *Ledger) get(ctx context.Context, k key) (item, error) {
	out, err := l.api.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(l.table), Key: k, ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, failure("GetItem", err)
	}
	return out.Item, nil
}

// list reads the named attributes of the items of a partition whose sort key
// begins with prefix, in the order of that key, each as a T.
func list[T any](ctx context.Context, l *Ledger, pk, prefix string, attributes ...string) ([]T, error) {
	e, err := expression.NewBuilder().
		WithKeyCondition(expression.Key(partitionKey).Equal(expression.Value(pk)).
			And(expression.Key(sortKey).BeginsWith(prefix))).
		WithProjection(projection(attributes)).
		Build()
	if err != nil {
		return nil, failure("Query", err)
	}
	pages := dynamodb.NewQueryPaginator(l.api, &dynamodb.QueryInput{
		TableName:                 aws.String(l.table),
		KeyConditionExpression:    e.KeyCondition(),
		ProjectionExpression:      e.Projection(),
		ExpressionAttributeNames:  e.Names(),
		ExpressionAttributeValues: e.Values(),
		ConsistentRead:            aws.Bool(true),
	})
	var out []T
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("Query", err)
		}
		for _, i := range page.Items {
			var v T
			if err := decode(i, &v); err != nil {
				return nil, unreadable(err)
			}
			out = append(out, v)
		}
	}
	return out, nil
}

func projection(attributes []string) expression.ProjectionBuilder {
	var p expression.ProjectionBuilder
	for _, a := range attributes {
		p = p.AddNames(expression.Name(a))
	}
	return p
}
