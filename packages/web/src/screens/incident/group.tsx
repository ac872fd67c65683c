import { formatBytes } from "@heaptide/base";
import type { Finding } from "@heaptide/model";
import { Link } from "@tanstack/react-router";
import { formatCount, formatSigned, packageName, simpleName } from "../../format.ts";
import { Sparkline } from "../../parts/sparkline.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { type ClassCourse, useClasses } from "./classes.ts";

const SHOWN = 8;

interface Props {
  readonly finding: Finding;
  readonly span: { readonly from: number; readonly to: number };
}

/** The classes whose counts keep a constant ratio to the root class: what each unit of the leak is made of. */
export function Group({ finding, span }: Props) {
  const { group, rootClass, process } = finding;
  const shown = group.slice(0, SHOWN);
  const courses = useClasses(
    process.key,
    shown.map((member) => member.class),
    span,
  );
  const rest = group.slice(SHOWN);
  return (
    <section className="panel c7">
      <h2>What grows together</h2>
      {group.length === 0 ? (
        <p className="muted">No class is known to grow with it yet.</p>
      ) : (
        <Table
          label="Classes that grow together"
          className="group-table"
          columns={columnsOf(rootClass, courses)}
          rows={shown}
          keyOf={(member) => member.class}
        />
      )}
      <p className="tiny">
        {rest.length > 0 &&
          `${rest.length} more classes grow along, with ${formatBytes(rest.reduce((sum, { bytes }) => sum + bytes, 0))}. `}
        <Link to="/instances" search={{ process: process.key }} className="link no-export">
          All classes
        </Link>
      </p>
    </section>
  );
}

type Member = Finding["group"][number];

const columnsOf = (rootClass: string | null, courses: ReadonlyMap<string, ClassCourse>): Column<Member>[] => [
  { title: "class", className: "mono lead", cell: (member) => <ClassName name={member.class} isRoot={member.class === rootClass} /> },
  { title: "each", className: "r", cell: ({ ratio }) => formatCount(Math.round(ratio * 100) / 100) },
  {
    title: "instances",
    className: "r",
    cell: (member) => {
      const count = courses.get(member.class)?.instances.at(-1);
      return count === undefined ? null : formatCount(count);
    },
  },
  { title: "since onset", className: "r", cell: ({ instances }) => <span className="up">{formatSigned(instances)}</span> },
  { title: "bytes", className: "r", cell: ({ bytes }) => formatBytes(bytes) },
  {
    title: "count",
    className: "trend",
    cell: (member) => {
      const course = courses.get(member.class);
      return course && <Sparkline values={course.instances} width={130} height={20} label={`count of ${member.class}`} />;
    },
  },
];

const ClassName = ({ name, isRoot }: { readonly name: string; readonly isRoot: boolean }) => (
  <span title={name}>
    {!isRoot && <span className="tiny">└ </span>}
    <span className={isRoot ? "root" : ""}>
      {isRoot && <span className="tiny">{packageName(name)}.</span>}
      {simpleName(name)}
    </span>
  </span>
);
