# One image for every role. PostgreSQL and Node come with the packages; the data directory is a volume.
FROM node:24-bookworm-slim AS web
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY contract contract
COPY web web
RUN npm run build

FROM node:24-bookworm-slim
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY contract contract
COPY migrations migrations
COPY server server
COPY simulator simulator
COPY --from=web /app/dist dist
RUN mkdir /data && chown node /data
USER node
ENV HOST=0.0.0.0 PARLEY_DATA_DIR=/data PATH=/app/node_modules/.bin:$PATH
VOLUME /data
EXPOSE 3000
CMD ["node", "server/main.ts"]
