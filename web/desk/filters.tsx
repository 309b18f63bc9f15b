import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../shell/desk-api.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { ANY, CHANNEL_CHOICES, useAssigneeChoices, useChangeFilters } from "./filter-choices.ts";
import type { InboxSearch } from "./inbox-search.ts";

export function Filters({ search }: { search: InboxSearch }) {
  const change = useChangeFilters();
  const assignees = useAssigneeChoices();
  const { queries } = useApi();
  const { data: known = [] } = useQuery(queries.conversationTags());
  const [tags] = useState(search.tag ? [search.tag] : []);
  const tagChoices = [...new Set([...known, ...tags])].map((tag) => ({ value: `tag:${tag}`, label: tag }));
  return (
    <div className="grid gap-3">
      <Field label="Assigned to">
        {(field) => (
          <Select
            {...field}
            value={search.assignee ?? ANY}
            choices={assignees}
            onChange={(value) => change({ assignee: value === ANY ? undefined : value })}
          />
        )}
      </Field>
      <Field label="Channel">
        {(field) => (
          <Select
            {...field}
            value={search.channel ?? ANY}
            choices={CHANNEL_CHOICES}
            onChange={(value) => change({ channel: value === ANY ? undefined : value })}
          />
        )}
      </Field>
      {tagChoices.length > 0 && (
        <Field label="Tag">
          {(field) => (
            <Select
              {...field}
              value={search.tag ? `tag:${search.tag}` : ANY}
              choices={[{ value: ANY, label: "Any or none" }, ...tagChoices]}
              onChange={(value) => change({ tag: value === ANY ? undefined : value.slice(4) })}
            />
          )}
        </Field>
      )}
      <div className="grid gap-1">
        <Checkbox checked={search.unread ?? false} onChange={(on) => change({ unread: on || undefined })}>
          Unread only
        </Checkbox>
        <Checkbox checked={search.starred ?? false} onChange={(on) => change({ starred: on || undefined })}>
          Starred only
        </Checkbox>
      </div>
    </div>
  );
}
