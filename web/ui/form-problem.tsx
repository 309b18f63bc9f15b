/** What is wrong with a form as a whole. */
export const FormProblem = ({ children }: { children: string | null }) =>
  children && (
    <p role="alert" className="rounded-sm bg-bad-soft px-3 py-2 text-sm text-bad">
      {children}
    </p>
  );
