import { useQuery } from "@tanstack/react-query";
import { useApi } from "../shell/desk-api.ts";
import { useMe } from "../shell/session.ts";
import { plural } from "../shell/words.ts";
import { Choice, Choices } from "../ui/choices.tsx";
import { sayDone, useActs } from "./acts.ts";
import { useDone } from "./after-act.ts";
import { useDialogs } from "./dialogs.ts";
import type { InboxSearch } from "./inbox-search.ts";
import { useKept, useTargets } from "./targets.ts";

/** Gives conversations to a member, or back to the queue. */
export function AssignDialog({ search }: { search: InboxSearch }) {
  const { queries } = useApi();
  const me = useMe();
  const dialogs = useDialogs();
  const done = useDone(search);
  const { act } = useActs();
  const targets = useTargets();
  const kept = useKept(targets);
  const { data: members = [] } = useQuery(queries.members());
  const [first] = kept;
  const holder = kept.every((each) => each.assigneeId === first?.assigneeId) ? first?.assigneeId : undefined;
  const mine = (id: string) => id === me.actor.id;
  const ordered = members.toSorted((a, b) => Number(mine(b.id)) - Number(mine(a.id)) || a.name.localeCompare(b.name));
  return (
    <Choices
      title={targets.length > 1 ? `Assign ${plural(targets.length, "conversation")}` : "Assign"}
      placeholder="To whom?"
      onClose={dialogs.close}
    >
      {ordered.map((member) => (
        <Choice
          key={member.id}
          name={`${member.name} ${member.email}`}
          checked={member.id === holder}
          aside={mine(member.id) ? "you" : undefined}
          onChoose={() => {
            const to = mine(member.id) ? "Assigned to you" : `Assigned to ${member.name}`;
            act(targets, { action: "assign", assigneeId: member.id }, sayDone(targets.length, to));
            done();
          }}
        >
          {member.name}
        </Choice>
      ))}
      <Choice
        name="Nobody, the queue"
        checked={holder === null}
        onChoose={() => {
          act(targets, { action: "unassign" }, sayDone(targets.length, "Given back to the queue"));
          done();
        }}
      >
        Nobody: it waits in the queue
      </Choice>
    </Choices>
  );
}
